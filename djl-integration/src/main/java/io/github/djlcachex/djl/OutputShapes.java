package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the shapes and types of the wrapped block's outputs, and remembers them by input shapes.
 *
 * <p>A network asks for them when it is initialized, and DJL each time a network is printed. A
 * block written in Java computes them. For a symbol block, and with an output function, the cached
 * rows have them; otherwise the block runs on zeros. DJL would run TorchScript on floats only, and
 * knows nothing of ONNX Runtime and TensorFlow.
 */
final class OutputShapes {

    private static final int MAX_KNOWN = 256;

    /** A module may drop a dimension if there is one row. */
    private static final int TRIAL_ROWS = 2;

    private final FrozenBlock frozen;
    private final CacheHandle handle;
    private final BlockRunner runner;
    private final KnownInputs knownInputs;
    private final int lengthArrays;
    private final Map<List<Shape>, Outputs> known = new ConcurrentHashMap<>();
    private volatile List<DataType> lastTypes = List.of();

    /**
     * The shapes and types of a block's outputs.
     *
     * @param shapes their shapes
     * @param types their types, none if nothing tells them
     */
    private record Outputs(List<Shape> shapes, List<DataType> types) {}

    OutputShapes(
            FrozenBlock frozen,
            CacheHandle handle,
            BlockRunner runner,
            KnownInputs knownInputs,
            int lengthArrays) {
        this.frozen = frozen;
        this.handle = handle;
        this.runner = runner;
        this.knownInputs = knownInputs;
        this.lengthArrays = lengthArrays;
    }

    /**
     * Returns the shapes of the outputs.
     *
     * @param types the types of the inputs, or null if the caller does not know them
     */
    Shape[] of(Shape[] inputs, DataType @Nullable [] types) {
        Outputs outputs = known.get(List.of(inputs));
        if (outputs == null) {
            outputs = withLengths(find(inputs, types), inputs);
            if (known.size() < MAX_KNOWN && !outputs.shapes.isEmpty()) {
                known.put(List.of(inputs), outputs);
            }
        }
        lastTypes = outputs.types;
        return outputs.shapes.toArray(Shape[]::new);
    }

    /** Adds the arrays of the rows' lengths. */
    private Outputs withLengths(Outputs outputs, Shape[] inputs) {
        if (lengthArrays == 0) {
            return outputs;
        }
        List<Shape> shapes = new ArrayList<>(outputs.shapes);
        List<DataType> types = new ArrayList<>(outputs.types);
        shapes.addAll(Collections.nCopies(lengthArrays, new Shape(rowsOf(inputs))));
        if (!types.isEmpty()) {
            types.addAll(Collections.nCopies(lengthArrays, DataType.INT64));
        }
        return new Outputs(shapes, types);
    }

    /** Returns the types of the outputs of the last request, or none if they are unknown. */
    List<DataType> types() {
        return lastTypes;
    }

    private Outputs find(Shape[] inputs, DataType @Nullable [] types) {
        Outputs withoutBlock = frozen.isOpen() ? null : ofCached(inputs);
        if (withoutBlock != null) {
            return withoutBlock;
        }
        if (!BlockParameters.hasSymbol(frozen.opened()) && runner.returnsOutputsOfBlock()) {
            Shape[] shapes = frozen.alone(() -> described(frozen.block(), inputs, types));
            return new Outputs(List.of(shapes), List.of());
        }
        Outputs cached = ofCached(inputs);
        return cached == null ? ofRun(inputs, types) : cached;
    }

    private static Shape[] described(Block block, Shape[] inputs, DataType @Nullable [] types) {
        return types == null ? block.getOutputShapes(inputs) : block.getOutputShapes(inputs, types);
    }

    /** Returns the outputs of the cached rows, or null if the inputs have other shapes. */
    private @Nullable Outputs ofCached(Shape[] inputs) {
        FeatureCache cache = handle.openOrNull();
        if (cache == null || rowsOf(inputs) < 0) {
            return null;
        }
        RowSchema schema = cache.schema().orElse(null);
        if (schema == null || schema.isVariable() || !knownInputs.containsShapes(cache, inputs)) {
            return null;
        }
        long rows = rowsOf(inputs);
        List<Column> columns = schema.columns();
        return new Outputs(
                columns.stream().map(c -> ofRows(rows, c)).toList(),
                columns.stream().map(c -> ElementTypes.dataType("column", c.type())).toList());
    }

    private Outputs ofRun(Shape[] inputs, DataType @Nullable [] types) {
        RuntimeException failure = null;
        for (DataType[] trial : trials(inputs.length, types)) {
            for (long rows : new long[] {TRIAL_ROWS, rowsOf(inputs)}) {
                try {
                    return ofRun(inputs, trial, rows);
                } catch (RuntimeException e) {
                    // the block takes other types or a fixed number of rows
                    failure = failure == null ? e : failure;
                }
            }
        }
        throw new UnsupportedBlockException(
                Problem.of(
                        "output shapes of " + frozen.block().getClass().getSimpleName(),
                        "a block that runs on zeros of shapes " + Arrays.toString(inputs),
                        String.valueOf(failure),
                        "initialize with the shapes of the block's inputs, without the ids; or run one batch"
                                + " through the decorator first",
                        failure));
    }

    private List<DataType[]> trials(int inputs, DataType @Nullable [] types) {
        if (types != null && Arrays.stream(types).noneMatch(t -> t == null)) {
            return List.<DataType[]>of(types);
        }
        return TrialTypes.of(inputs, frozen.graphInputs());
    }

    /** Returns the number of rows of a batch of these shapes, or -1 if it has none. */
    private long rowsOf(Shape[] inputs) {
        Shape rows = inputs.length == 0 ? new Shape() : inputs[runner.firstWithRows(inputs.length)];
        return rows.dimension() == 0 ? -1 : rows.get(0);
    }

    private Outputs ofRun(Shape[] inputs, DataType[] types, long rows) {
        try (NDManager manager = frozen.newManager()) {
            NDList zeros = new NDList(inputs.length);
            for (int i = 0; i < inputs.length; i++) {
                zeros.add(zeros(manager, withRows(inputs[i], rowsOf(inputs), rows), types[i]));
            }
            BlockCall call =
                    new BlockCall(
                            new ParameterStore(manager, false),
                            zeros,
                            (int) rows,
                            1,
                            true,
                            false,
                            null,
                            Place.of(zeros),
                            OwnLengths.NONE);
            long all = rowsOf(inputs);
            return runner.run(call, null, raw -> described(raw, rows, all));
        }
    }

    private static Outputs described(NDList raw, long rows, long all) {
        List<DataType> types = raw.stream().map(ArrayTypes::orUnknown).toList();
        List<Shape> shapes =
                raw.stream().map(output -> withRows(output.getShape(), rows, all)).toList();
        return new Outputs(shapes, types);
    }

    /** Returns a shape with another number of rows, if it has the given one. */
    private static Shape withRows(Shape shape, long from, long to) {
        if (shape.dimension() == 0 || shape.get(0) != from) {
            return shape;
        }
        return new Shape(to).addAll(shape.slice(1));
    }

    private static NDArray zeros(NDManager manager, Shape shape, DataType type) {
        if (type == DataType.STRING) {
            String[] empty = new String[Math.toIntExact(shape.size())];
            Arrays.fill(empty, "");
            return manager.create(empty, StandardCharsets.UTF_8, shape);
        }
        ArrayBuilder zeros =
                ArrayBuilder.create("input", manager, manager.getDevice(), shape, type);
        zeros.buffer().put(0, new byte[zeros.buffer().capacity()]);
        return zeros.finish(null);
    }

    /** Returns the shape of some rows of a column. Shape.add would cost as much again. */
    static Shape ofRows(long rows, Column column) {
        int rank = column.rank();
        long[] dimensions = new long[1 + rank];
        dimensions[0] = rows;
        for (int i = 0; i < rank; i++) {
            dimensions[1 + i] = column.dimension(i);
        }
        return new Shape(dimensions);
    }
}
