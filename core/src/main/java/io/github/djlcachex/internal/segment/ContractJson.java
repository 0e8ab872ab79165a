package io.github.djlcachex.internal.segment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The text of a contract: one JSON object, whose last field is the CRC32C of the object without it.
 *
 * <pre>
 * {"format":1,"requires":[],"module":"..","fingerprint":"..","keyType":"INT64","hashSeed":"hex",
 *  "columns":[{"name":null,"type":"FLOAT32","shape":[128]}],"crc32c":"hex"}
 * </pre>
 *
 * <p>{@code requires} lists features without which the rows cannot be read rightly. This version
 * knows {@code variable-columns}: dimensions of -1, and columns with a {@code kind} that is not
 * TENSOR; {@code served-types}: columns with a type {@code served} that is not the one that is
 * stored; and {@code sparse-columns}: columns with the shape {@code dense} of the rows whose
 * nonzero elements they have ({@link ServedColumns}). It refuses a contract that names another one.
 */
public final class ContractJson {

    /** The most bytes of a text: more than 1024 columns with long names take. */
    static final int MAX_BYTES = 4 << 20;

    private static final String VARIABLE_COLUMNS = "variable-columns";

    private static final String SERVED = "served";

    private static final String SERVED_TYPES = "served-types";

    private static final String DENSE = "dense";

    private static final String SPARSE_COLUMNS = "sparse-columns";

    private static final Set<String> KNOWN_FEATURES =
            Set.of(VARIABLE_COLUMNS, SERVED_TYPES, SPARSE_COLUMNS);

    /** A parsed token takes far more memory than its text; 1024 columns are 20,000 tokens. */
    private static final int MAX_TOKENS = 100_000;

    private static final ChecksummedJson JSON =
            new ChecksummedJson(
                    16, MAX_TOKENS, "it is rebuilt from the segments, if there are any");

    private static final int MOST_KEPT_CHARS = 1 << 16;

    /** A text with its contract. */
    private record Decoded(String text, Contract contract) {}

    /** All segments of a generation repeat one contract: a listing of many parses it once. */
    private static volatile @Nullable Decoded last;

    private ContractJson() {}

    /** Writes a contract. */
    public static String encode(Contract contract) {
        ObjectNode node = JSON.newObject();
        node.put("format", Contract.FORMAT);
        ArrayNode required = node.putArray("requires");
        required(contract).forEach(required::add);
        node.put("module", contract.moduleId());
        node.put("fingerprint", contract.fingerprint());
        node.put("keyType", contract.keyType().name());
        node.put("hashSeed", String.format(Locale.ROOT, "%016x", contract.hashSeed()));
        ArrayNode columns = node.putArray("columns");
        for (Column column : contract.schema().columns()) {
            ObjectNode encoded = columns.addObject();
            encoded.put("name", column.name());
            if (column.kind() != ColumnKind.TENSOR) {
                encoded.put("kind", column.kind().name());
            }
            encoded.put("type", column.type().name());
            if (ServedColumns.isNarrowed(column)) {
                encoded.put(SERVED, column.servedType().name());
            }
            ArrayNode shape = encoded.putArray("shape");
            Arrays.stream(column.shape()).forEach(shape::add);
            if (column.isSparse()) {
                ArrayNode dense = encoded.putArray(DENSE);
                Arrays.stream(column.servedShape()).forEach(dense::add);
            }
        }
        return JSON.encode(node);
    }

    private static Set<String> required(Contract contract) {
        Set<String> features = new TreeSet<>();
        if (contract.schema().isVariable()) {
            features.add(VARIABLE_COLUMNS);
        }
        if (ServedColumns.anyNarrowed(contract.schema())) {
            features.add(SERVED_TYPES);
        }
        if (ServedColumns.anySparse(contract.schema())) {
            features.add(SPARSE_COLUMNS);
        }
        return features;
    }

    /**
     * Reads a contract.
     *
     * @param text the text
     * @param subject the file that it is from, for messages
     * @throws CorruptFileException if the text is no contract, or not the one that was written
     * @throws UnsupportedFormatException if a newer version wrote it
     */
    public static Contract decode(String text, String subject) {
        Decoded before = last;
        if (before != null && before.text().equals(text)) {
            return before.contract();
        }
        Contract contract = parse(text, subject);
        if (text.length() <= MOST_KEPT_CHARS) {
            last = new Decoded(text, contract);
        }
        return contract;
    }

    private static Contract parse(String text, String subject) {
        try {
            ObjectNode node = JSON.decode(text, subject);
            checkFormat(node, subject);
            return contractOf(node);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw JSON.corrupt(subject, "a contract", "text that is none", e);
        } catch (CorruptFileException | UnsupportedFormatException e) {
            throw e;
        } catch (CacheException e) {
            throw JSON.corrupt(
                    subject, "a contract with legal columns", String.valueOf(e.getMessage()), e);
        }
    }

    private static void checkFormat(ObjectNode node, String subject) {
        int format = wholeNumber(node.required("format"));
        if (format < 1) {
            throw new IllegalArgumentException("no format has the number " + format);
        }
        if (format > Contract.FORMAT) {
            throw new UnsupportedFormatException(
                    Problem.of(
                            subject,
                            "format 1 to " + Contract.FORMAT,
                            "format " + format,
                            "a newer djlcachex wrote it: upgrade, or use another directory"));
        }
        if (!KNOWN_FEATURES.containsAll(requiredBy(node))) {
            throw new UnsupportedFormatException(
                    Problem.of(
                            subject,
                            "no required feature but " + KNOWN_FEATURES,
                            "requires " + node.get("requires"),
                            "a newer djlcachex wrote it: upgrade, or use another directory"));
        }
    }

    private static Contract contractOf(ObjectNode node) {
        List<Column> columns = new ArrayList<>();
        for (JsonNode column : list(node.required("columns"))) {
            JsonNode name = column.required("name");
            Column stored =
                    columnOf(
                            column.has("kind") ? text(column.get("kind")) : "TENSOR",
                            name.isNull() ? null : text(name),
                            ElementType.valueOf(text(column.required("type"))),
                            shapeOf(column.required("shape")));
            if (column.has(SERVED)) {
                stored = stored.servedAs(ElementType.valueOf(text(column.get(SERVED))));
            }
            columns.add(
                    column.has(DENSE) ? stored.servedDense(shapeOf(column.get(DENSE))) : stored);
        }
        Contract contract =
                new Contract(
                        text(node.required("module")),
                        text(node.required("fingerprint")),
                        KeyType.valueOf(text(node.required("keyType"))),
                        RowSchema.of(columns),
                        Long.parseUnsignedLong(text(node.required("hashSeed")), 16));
        checkRequired(node, contract);
        ServedColumns.of(contract.schema());
        return contract;
    }

    private static int[] shapeOf(JsonNode sizes) {
        IntStream.Builder shape = IntStream.builder();
        list(sizes).forEach(size -> shape.add(wholeNumber(size)));
        return shape.build().toArray();
    }

    private static Column columnOf(
            String kind, @Nullable String name, ElementType type, int[] shape) {
        Column column =
                switch (ColumnKind.valueOf(kind)) {
                    case TENSOR -> Column.of(name, type, shape);
                    case STRING -> Column.ofStrings(name);
                    case BINARY -> Column.ofBinary(name);
                };
        if (column.type() != type || !Arrays.equals(column.shape(), shape)) {
            throw new IllegalArgumentException("no column of " + kind + ": " + type);
        }
        return column;
    }

    /** An older version would read the rows of a contract that does not say what they need. */
    private static void checkRequired(ObjectNode node, Contract contract) {
        if (!requiredBy(node).equals(required(contract))) {
            throw new IllegalArgumentException("its columns require " + required(contract));
        }
    }

    /** What is no list of texts is a feature too, which no version knows yet. */
    private static Set<String> requiredBy(ObjectNode node) {
        JsonNode required = node.required("requires");
        Set<String> features = new HashSet<>();
        if (!required.isArray()) {
            features.add(required.toString());
        }
        for (JsonNode feature : required) {
            features.add(feature.isTextual() ? feature.textValue() : feature.toString());
        }
        return features;
    }

    /** Jackson would turn any number into an int: 2.5 into 2, and 2^32 + 1 into 1. */
    private static int wholeNumber(JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new IllegalArgumentException("no whole number of 32 bits: " + node);
        }
        return node.intValue();
    }

    /** Jackson would take any text or number for an empty list. */
    private static JsonNode list(JsonNode node) {
        if (!node.isArray()) {
            throw new IllegalArgumentException("no list: " + node);
        }
        return node;
    }

    private static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("no text: " + node);
        }
        return node.textValue();
    }
}
