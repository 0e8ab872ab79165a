package io.github.djlcachex.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;

import io.github.djlcachex.cache.Durability;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;

/**
 * Blocks of four kinds whose outputs have any type and structure. Their input is {@code x [N,6]}
 * FLOAT32, of small numbers that every type holds.
 */
final class OutputModels implements AutoCloseable {

    static final int ROWS = 4;
    static final int INPUTS = 6;

    private static final Path RESOURCES = Path.of("src/test/resources");

    private final Path directory;
    private final List<Model> models = new ArrayList<>();
    private @Nullable Model torchScript;

    /**
     * Opens the models.
     *
     * @param directory where to unpack what is packed
     */
    OutputModels(Path directory) {
        this.directory = directory;
    }

    /** A block with its inputs but for the first. */
    record Loaded(Block block, String engine, List<Long> codes) {

        NDManager newManager() {
            return NDManager.newBaseManager(engine);
        }

        NDList inputs(NDManager manager) {
            float[] values = new float[ROWS * INPUTS];
            for (int i = 0; i < values.length; i++) {
                values[i] = i * 0.75f;
            }
            NDList inputs = new NDList(manager.create(values, new Shape(ROWS, INPUTS)));
            for (long code : codes) {
                inputs.add(scalar(manager, code));
            }
            return inputs;
        }

        private static NDArray scalar(NDManager manager, long code) {
            return manager.create(new long[] {code}, new Shape());
        }

        CacheBlockDecoratorBuilder decorator(Path directory) {
            CacheBlockDecoratorBuilder builder =
                    Decorated.audited(directory)
                            .setBlock(block)
                            .optFingerprint("1")
                            .optCacheOptions(options -> options.durability(Durability.OS));
            int[] shared = IntStream.rangeClosed(1, codes.size()).toArray();
            return shared.length == 0 ? builder : builder.optSharedInputs(shared);
        }
    }

    /** Loads a TorchScript module; the structures are numbered as in outputs.py. */
    Loaded torchScript(String type, int structure) {
        if (torchScript == null) {
            Model model = Model.newInstance("outputs", "PyTorch");
            models.add(model);
            load(model, RESOURCES.resolve("torchscript_outputs"));
            torchScript = model;
        }
        return new Loaded(
                torchScript.getBlock(), "PyTorch", List.of(torchCode(type), (long) structure));
    }

    /** PyTorch's numbers of types. */
    private static long torchCode(String type) {
        return switch (type) {
            case "UINT8" -> 0;
            case "INT8" -> 1;
            case "INT16" -> 2;
            case "INT32" -> 3;
            case "INT64" -> 4;
            case "FLOAT16" -> 5;
            case "FLOAT32" -> 6;
            case "FLOAT64" -> 7;
            case "COMPLEX32" -> 8;
            case "COMPLEX64" -> 9;
            case "COMPLEX128" -> 10;
            case "BOOLEAN" -> 11;
            case "BFLOAT16" -> 15;
            case "FLOAT8_E4M3FN" -> 24;
            case "UINT16" -> 27;
            case "UINT32" -> 28;
            case "UINT64" -> 29;
            default -> throw new IllegalArgumentException(type);
        };
    }

    /** Returns a block that is written in Java. */
    Loaded java(String type, String structure) {
        return new Loaded(
                new LambdaBlock(x -> madeInJava(x.head(), type, structure)), "PyTorch", List.of());
    }

    private static NDList madeInJava(NDArray x, String type, String structure) {
        NDArray sum = x.sum(new int[] {1});
        return switch (structure) {
            case "rows" -> new NDList(cast(x, type));
            case "scalars" -> new NDList(cast(sum, type));
            case "rank4" -> new NDList(cast(x.reshape(-1, 2, 3, 1), type));
            case "empty" -> new NDList(cast(none(x), type));
            case "list" -> new NDList(cast(x, type), cast(sum, type));
            case "named" -> named(cast(x, type), cast(sum, type));
            default -> new NDList(cast(x.toSparse(ai.djl.ndarray.types.SparseFormat.COO), type));
        };
    }

    private static NDArray none(NDArray x) {
        return x.getManager().create(new Shape(x.getShape().get(0), 0));
    }

    private static NDList named(NDArray rows, NDArray scalars) {
        rows.setName("rows");
        scalars.setName("scalars");
        return new NDList(rows, scalars);
    }

    private static DataType typeOf(String type) {
        return DataType.valueOf(type);
    }

    private static NDArray cast(NDArray array, String type) {
        if (!type.equals("STRING")) {
            return array.toType(typeOf(type), true);
        }
        String[] texts = new String[Math.toIntExact(array.getShape().size())];
        float[] values = texts.length == 0 ? new float[0] : array.toFloatArray();
        for (int i = 0; i < texts.length; i++) {
            texts[i] = String.format(Locale.ROOT, "%.2f", values[i]);
        }
        return array.getManager().create(texts, StandardCharsets.UTF_8, array.getShape());
    }

    /** Loads a graph of ONNX Runtime; returns null if that takes no such graph. */
    @Nullable Loaded onnx(String type, String structure) {
        String name = lower(type) + "_" + structure;
        Path file = directory.resolve(name + ".onnx");
        try (ZipFile zip = new ZipFile(RESOURCES.resolve("onnx_outputs/outputs.zip").toFile());
                InputStream in = zip.getInputStream(zip.getEntry(name + ".onnx"))) {
            Files.write(file, in.readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Model model = Model.newInstance(name, "OnnxRuntime");
        models.add(model);
        return load(model, directory)
                ? new Loaded(model.getBlock(), "OnnxRuntime", List.of())
                : null;
    }

    /** Loads a graph of TensorFlow; skips the test where that has no natives. */
    Loaded tensorFlow(String type, String structure) {
        GraphModels.requireTensorFlow();
        Model model = Model.newInstance("outputs", "TensorFlow");
        models.add(model);
        try {
            model.load(
                    RESOURCES.resolve("tensorflow_outputs/outputs"),
                    null,
                    Map.of("Tags", "serve", "SignatureDefKey", lower(type) + "_" + structure));
        } catch (IOException | MalformedModelException e) {
            throw new AssertionError(e);
        }
        return new Loaded(model.getBlock(), "TensorFlow", List.of());
    }

    private static String lower(String type) {
        return type.equals("BOOLEAN") ? "bool" : type.toLowerCase(Locale.ROOT);
    }

    private static boolean load(Model model, Path from) {
        try {
            model.load(from);
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (MalformedModelException e) {
            return false;
        }
    }

    @Override
    public void close() {
        models.forEach(Model::close);
    }
}
