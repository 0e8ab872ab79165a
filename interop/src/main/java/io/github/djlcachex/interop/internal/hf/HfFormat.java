package io.github.djlcachex.interop.internal.hf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.arrow.ArrowReader;
import io.github.djlcachex.interop.internal.arrow.ArrowWriter;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The directory that {@code Dataset.save_to_disk} writes: Arrow streams, and {@code state.json},
 * which names them in their order.
 */
public final class HfFormat implements TableFormat {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATE = "state.json";
    private static final String INFO = "dataset_info.json";
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

    @Override
    public boolean isDirectory() {
        return true;
    }

    @Override
    public String writtenSuffix() {
        return ".arrow";
    }

    @Override
    public TableWriter create(Path file, List<TableColumn> columns) throws IOException {
        ObjectNode info = JSON.createObjectNode();
        info.putObject("info").set("features", HfFeatures.of(columns));
        return new ArrowWriter(
                file, columns, Map.of("huggingface", JSON.writeValueAsString(info)), true);
    }

    @Override
    public void complete(Path directory, List<String> names, List<TableColumn> columns)
            throws IOException {
        ObjectNode info = JSON.createObjectNode();
        info.put("citation", "").put("description", "");
        info.set("features", HfFeatures.of(columns));
        info.put("homepage", "").put("license", "");
        write(directory.resolve(INFO), info);
        ObjectNode state = JSON.createObjectNode();
        ArrayNode files = state.putArray("_data_files");
        names.forEach(name -> files.addObject().put("filename", name));
        state.put("_fingerprint", UUID.randomUUID().toString().replace("-", "").substring(0, 16));
        state.putNull("_format_columns");
        state.putObject("_format_kwargs");
        state.putNull("_format_type");
        state.put("_output_all_columns", false);
        state.putNull("_split");
        write(directory.resolve(STATE), state);
    }

    private static void write(Path file, JsonNode json) throws IOException {
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }
}
