package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;

import io.github.djlcachex.djl.UnsupportedBlockException;
import io.github.djlcachex.djl.internal.engine.Hidden;
import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A model that an engine loaded from files, and whose block the engine does not save. */
final class LoadedModel {

    private static final int MAX_NAMED = 5;

    private final Model model;
    private final Fingerprints fingerprints;
    private final String engine;

    LoadedModel(Model model, Fingerprints fingerprints) {
        this.model = model;
        this.fingerprints = fingerprints;
        this.engine = model.getNDManager().getEngine().getEngineName();
    }

    /**
     * Returns the fingerprint of the model's files with its engine, or null if the block tells its
     * weights itself.
     *
     * @param files the files that the user named; empty to find them
     * @param version what stands for code of users, or null
     * @throws UnsupportedBlockException if it is not certain which files the model is from
     */
    @Nullable String fingerprint(Path[] files, @Nullable String version) {
        boolean tells = engine.equals("PyTorch") || !(model.getBlock() instanceof SymbolBlock);
        return tells && files.length == 0 ? null : ofFiles(files, version);
    }

    private String ofFiles(Path[] given, @Nullable String version) {
        Path[] files = given.length > 0 ? given : new Path[] {find()};
        DigestWriter digest = new DigestWriter();
        digest.text(ModelFiles.digestOf(files));
        if (engine.equals("TensorFlow")) {
            signature(model.getBlock()).forEach((name, tensor) -> digest.text(name).text(tensor));
        }
        if (version != null) {
            digest.text("version").text(version);
        }
        if (!(model.getBlock() instanceof SymbolBlock)) {
            // a network around the graph: functions after it, layers before it
            digest.text(fingerprints.ofNetwork(model.getBlock(), version));
        }
        Engine of = model.getNDManager().getEngine();
        String hex = HexFormat.of().formatHex(digest.finish());
        return engine + "-" + of.getVersion() + ":files-sha256:" + hex;
    }

    private Path find() {
        Path path = model.getModelPath();
        if (path == null || !Files.exists(path)) {
            throw refused("the files that it was loaded from", "none");
        }
        return switch (engine) {
            case "OnnxRuntime" -> onnxFile(path);
            case "TensorFlow" -> savedModel(path);
            default -> throw refused("a model of PyTorch, ONNX Runtime or TensorFlow", engine);
        };
    }

    private Path onnxFile(Path path) {
        if (Files.isRegularFile(path)) {
            return path;
        }
        try (Stream<Path> files = Files.list(path)) {
            List<Path> models = files.filter(LoadedModel::isOnnx).sorted().toList();
            if (models.size() == 1) {
                return models.get(0);
            }
            throw refused("one file *.onnx in " + path, describe(models));
        } catch (IOException e) {
            throw refused("one file *.onnx in " + path, e.toString());
        }
    }

    private static boolean isOnnx(Path file) {
        String name = String.valueOf(file.getFileName());
        return (name.endsWith(".onnx") || name.endsWith(".ort")) && Files.isRegularFile(file);
    }

    private static String describe(List<Path> files) {
        if (files.isEmpty()) {
            return "none";
        }
        List<String> names =
                files.stream()
                        .limit(MAX_NAMED)
                        .map(Path::getFileName)
                        .map(String::valueOf)
                        .toList();
        return files.size() + ": " + String.join(", ", names);
    }

    /** Returns the directory that DJL loads: the one of the model's name, or the model path. */
    private Path savedModel(Path path) {
        Path named = path.resolve(model.getName());
        for (Path each : List.of(named, path)) {
            if (Files.isRegularFile(each.resolve("saved_model.pb"))) {
                return each;
            }
        }
        throw refused("saved_model.pb in " + path, "none");
    }

    /**
     * Returns the names of the tensors that are the block's inputs and outputs, since one
     * SavedModel may have several signatures.
     */
    private Map<String, String> signature(Block block) {
        Map<String, String> tensors = new TreeMap<>();
        try {
            Object signature = Hidden.field(block.getClass(), "servingDefault", block);
            for (String side : List.of("getInputsMap", "getOutputsMap")) {
                Map<?, ?> infos =
                        (Map<?, ?>) Objects.requireNonNull(Hidden.answer(signature, side));
                for (Map.Entry<?, ?> info : infos.entrySet()) {
                    String tensor = String.valueOf(Hidden.answer(info.getValue(), "getName"));
                    tensors.put(side + " " + info.getKey(), tensor);
                }
            }
            tensors.put("method", String.valueOf(Hidden.answer(signature, "getMethodName")));
            return tensors;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw refused("a signature of the model that can be read", e.toString());
        }
    }

    private UnsupportedBlockException refused(String expected, String found) {
        return new UnsupportedBlockException(
                Problem.of(
                        "files of model '" + model.getName() + "'",
                        expected,
                        found,
                        "name the files by setModel(model, files...), or by optModelFiles(files...) of a"
                                + " CachedPredictor"));
    }
}
