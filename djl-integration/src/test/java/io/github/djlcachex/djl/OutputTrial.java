package io.github.djlcachex.djl;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.onnxruntime.OrtException;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.row.CacheException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Runs one block bare and decorated, and says whether the outputs are the same. */
final class OutputTrial {

    static final String EXACT = "exact";
    static final String REFUSED = "refused";

    private static final Pattern FOUND = Pattern.compile(", found (.*?); ");

    private final OutputModels.Loaded loaded;
    private final Path directory;
    private final Set<String> refusals = new TreeSet<>();

    OutputTrial(OutputModels.Loaded loaded, Path directory) {
        this.loaded = loaded;
        this.directory = directory;
    }

    /** What the types of the exceptions were, and what they named. */
    Set<String> refusals() {
        return refusals;
    }

    /** Returns the name that DJL reports of the first output's type. */
    String reportedType() {
        try (NDManager manager = loaded.newManager()) {
            return reported(bare(manager).head());
        }
    }

    private static String reported(NDArray array) {
        try {
            DataType type = array.getDataType();
            return type == null ? "null" : type.name();
        } catch (UnsupportedOperationException e) {
            return "an exception";
        }
    }

    /** Tells whether the block itself returns such outputs; DJL's engines fail on some. */
    boolean runsBare() {
        try (NDManager manager = loaded.newManager()) {
            return !bare(manager).isEmpty();
        } catch (EngineException e) {
            return false;
        }
    }

    private NDList bare(NDManager manager) {
        return Decorated.run(loaded.block(), manager, loaded.inputs(manager));
    }

    /** Runs a batch on a cold cache, on a warm one, and on one that was opened again. */
    String cached() {
        return cached(loaded.engine(), loaded.engine(), loaded.decorator(newDirectory()));
    }

    /**
     * Runs a batch of one engine's arrays and then twice a batch of another's.
     *
     * @param first the engine of the arrays that the cache is filled with
     * @param second the engine of those that are answered from it
     */
    String cached(String first, String second, CacheBlockDecoratorBuilder builder) {
        return tried(
                () -> {
                    try (CacheBlockDecorator decorator = builder.build()) {
                        String cold = difference(decorator, first, ids());
                        String warm = difference(decorator, second, ids());
                        return cold.equals(warm) && decorator.stats().hits() == OutputModels.ROWS
                                ? cold
                                : "WRONG: " + cold + ", then " + warm + ", " + decorator.stats();
                    }
                });
    }

    /**
     * Runs batches without ids, and with the cache off, as a predictor and as a trainer does: in
     * batches that are padded where there are ids.
     */
    String uncached() {
        return tried(
                () -> {
                    try (CacheBlockDecorator decorator =
                            loaded.decorator(newDirectory())
                                    .optMinBatchRows(4 * OutputModels.ROWS)
                                    .build()) {
                        Set<String> seen = new TreeSet<>();
                        seen.add(difference(decorator, loaded.engine(), new long[0]));
                        decorator.setEnabled(false);
                        seen.add(difference(decorator, loaded.engine(), new long[0]));
                        seen.add(difference(decorator, loaded.engine(), ids()));
                        return String.join(", ", seen);
                    }
                });
    }

    /** Runs a batch with {@code optCastUnknownTo}, against a cast of the bare output. */
    String cast() {
        CacheBlockDecoratorBuilder builder =
                loaded.decorator(newDirectory()).optCastUnknownTo(DataType.FLOAT32);
        return tried(
                () -> {
                    try (CacheBlockDecorator decorator = builder.build();
                            NDManager manager = loaded.newManager()) {
                        String first = castDifference(decorator, manager);
                        String second = castDifference(decorator, manager);
                        return first.equals(second) ? first : "WRONG: " + first + ", " + second;
                    }
                });
    }

    private String castDifference(CacheBlockDecorator decorator, NDManager manager) {
        NDList inputs = CacheIds.attach(loaded.inputs(manager), ids());
        NDList found = Decorated.run(decorator, manager, inputs);
        NDList expected = new NDList();
        for (NDArray output : bare(manager)) {
            NDArray cast = output.toType(DataType.FLOAT32, false);
            cast.setName(output.getName());
            expected.add(cast);
        }
        return difference(expected, found);
    }

    private String difference(CacheBlockDecorator decorator, String engine, long[] ids) {
        try (NDManager home = loaded.newManager();
                NDManager manager = NDManager.newBaseManager(engine)) {
            NDList inputs = loaded.inputs(manager);
            NDList batch = ids.length == 0 ? inputs : CacheIds.attach(inputs, ids);
            NDList expected = bare(home);
            String predicted = difference(expected, Decorated.run(decorator, manager, batch));
            if (ids.length > 0 && decorator.isEnabled()) {
                return predicted;
            }
            String trained = difference(expected, Decorated.train(decorator, manager, batch));
            return predicted.equals(trained) ? trained : "WRONG: " + predicted + ", " + trained;
        }
    }

    private String tried(Supplier<String> trial) {
        try {
            return trial.get();
        } catch (CacheException e) {
            Matcher found = FOUND.matcher(e.getMessage());
            String what = found.find() ? found.group(1) : e.getMessage();
            boolean usual = e instanceof UnsupportedOutputException;
            refusals.add(usual ? what : e.getClass().getSimpleName() + ": " + what);
            return REFUSED;
        } catch (RuntimeException e) {
            return "WRONG: " + e;
        }
    }

    private static String difference(NDList expected, NDList found) {
        if (expected.size() != found.size()) {
            return "WRONG: " + found.size() + " outputs";
        }
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < expected.size(); i++) {
            seen.add(difference(expected.get(i), found.get(i)));
        }
        return String.join(", ", seen);
    }

    private static String difference(NDArray expected, NDArray found) {
        List<Object> left = traits(expected);
        List<Object> right = traits(found);
        if (!left.equals(right)) {
            return "WRONG: " + right + " for " + left;
        }
        return isOtherwiseNamed(expected, found) ? EXACT + ", as " + reported(found) : EXACT;
    }

    /** Tells whether ONNX Runtime has another type for an array than DJL reports for its rows. */
    private static boolean isOtherwiseNamed(NDArray expected, NDArray found) {
        return expected instanceof OrtNDArray one
                && found instanceof OrtNDArray other
                && one.getTensor().getInfo().onnxType != other.getTensor().getInfo().onnxType;
    }

    private static List<Object> traits(NDArray array) {
        return Arrays.asList(
                String.valueOf(array.getName()),
                ArrayTypes.orUnknown(array),
                array.getShape(),
                array.isSparse(),
                contents(array));
    }

    /** Returns what is in an array, past DJL where that cannot read it; nothing where none can. */
    private static String contents(NDArray array) {
        try {
            if (array instanceof OrtNDArray onnx) {
                ByteBuffer bytes = onnx.getTensor().getByteBuffer();
                return bytes == null
                        ? Arrays.deepToString(new Object[] {onnx.getTensor().getValue()})
                        : hex(bytes);
            }
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
        if (array.getShape().size() == 0) {
            return "";
        }
        if (array.getDataType() == DataType.STRING) {
            return String.join("|", array.toStringArray(StandardCharsets.UTF_8));
        }
        try {
            return hex(array.toByteBuffer());
        } catch (EngineException e) {
            return String.valueOf(
                    e.getMessage()); // PyTorch makes no dense array of some sparse ones
        }
    }

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return java.util.HexFormat.of().formatHex(bytes);
    }

    static long[] ids() {
        return LongStream.range(0, OutputModels.ROWS).toArray();
    }

    Path newDirectory() {
        try {
            return Files.createTempDirectory(directory, "cache");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
