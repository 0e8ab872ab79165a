package io.github.djlcachex.interop.internal.hf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.arrow.ArrowReader;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory that {@code Dataset.save_to_disk} writes: Arrow streams, and {@code state.json},
 * which names them in their order.
 */
public final class HfFormat implements TableFormat {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATE = "state.json";
    private static final String SPLITS = "dataset_dict.json";
    private static final long MAX_STATE_BYTES = 16L << 20;

    @Override
    public FileFormat format() {
        return FileFormat.HF;
    }

    @Override
    public List<Path> files(Path source) throws IOException {
        Path state = source.resolve(STATE);
        if (!Files.isRegularFile(state)) {
            boolean isDict = Files.exists(source.resolve(SPLITS));
            throw Refusals.option(
                    "source",
                    "a directory with " + STATE + " of save_to_disk",
                    source + (isDict ? ", which has several splits" : ""),
                    isDict ? "name the directory of one split in it" : "name the directory itself");
        }
        List<Path> files = new ArrayList<>();
        for (JsonNode file : state(state).path("_data_files")) {
            files.add(below(source, file.path("filename").asText(), state));
        }
        return files;
    }

    private static JsonNode state(Path file) throws IOException {
        if (Files.size(file) > MAX_STATE_BYTES) {
            throw Refusals.corrupt(file, "at most " + MAX_STATE_BYTES + " bytes", "more");
        }
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw Refusals.corrupt(file, "JSON", e);
        }
    }

    /** A name leads to no other directory. */
    private static Path below(Path source, String name, Path state) {
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) {
            throw Refusals.corrupt(state, "names of files beside it", "'" + name + "'");
        }
        return source.resolve(name);
    }

    @Override
    public TableReader open(Path file) throws IOException {
        return ArrowReader.open(file);
    }
}
