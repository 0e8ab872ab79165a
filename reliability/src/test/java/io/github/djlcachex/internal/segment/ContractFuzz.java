package io.github.djlcachex.internal.segment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.testing.HeapStorage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a hostile contract: the first byte of an input says whether the checksum of the rest is
 * repaired. What is read must be what stands there, or else it is refused.
 */
public final class ContractFuzz {

    static final byte RAW = 0;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> CHECKED =
            List.of("format", "module", "fingerprint", "keyType", "columns");
    private static final Path DIRECTORY = Path.of("/generation");

    private ContractFuzz() {}

    /** Called by Jazzer before the first input: loading and instrumenting classes takes seconds. */
    public static void fuzzerInitialize() throws JsonProcessingException {
        for (Contract contract : FuzzSeeds.contracts()) {
            String text = "\1" + ContractJson.encode(contract);
            fuzzerTestOneInput(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws JsonProcessingException {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] != RAW) {
            Repair.contract(bytes);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        find(bytes);
        Contract contract;
        try {
            contract = ContractJson.decode(text, "fuzz");
        } catch (CacheException e) {
            return; // refused as it should be
        }
        checkExact(text, contract);
    }

    private static void find(byte[] bytes) {
        HeapStorage storage = new HeapStorage();
        storage.put(DIRECTORY.resolve("contract.json"), bytes);
        ContractFile file = new ContractFile(storage, DIRECTORY, FuzzSeeds.NAME.writer());
        try {
            file.find(DIRECTORY.resolve("segments"), any -> true);
        } catch (CacheException | IOException e) {
            return; // refused as it should be
        }
    }

    private static void checkExact(String text, Contract contract) throws JsonProcessingException {
        String written = ContractJson.encode(contract);
        if (!ContractJson.decode(written, "again").equals(contract)) {
            throw new AssertionError("a contract that is not read as it is written: " + contract);
        }
        JsonNode original = JSON.readTree(text);
        JsonNode again = JSON.readTree(written);
        for (String field : CHECKED) {
            JsonNode expected = original.get(field);
            JsonNode found = again.get(field);
            boolean known = !field.equals("columns") || isPlain(expected);
            if (known && !found.equals(expected)) {
                throw new AssertionError(field + " is " + expected + ", and was read as " + found);
            }
        }
    }

    /** A column with more fields than are known is read without them. */
    private static boolean isPlain(JsonNode columns) {
        for (JsonNode column : columns) {
            if (column.size() != 3) {
                return false;
            }
        }
        return true;
    }
}
