package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.Engines;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Selects rows of every input of a batch, as arrays of a manager's engine with the same names.
 *
 * <p>The names matter: TorchScript builds dictionaries, lists and tuples of arguments from them.
 *
 * @param sharedInputs positions of inputs that belong to the batch as a whole, without the ids
 */
record RowSelector(Set<Integer> sharedInputs) {

    boolean isShared(NDArray input, int position) {
        return sharedInputs.contains(position) || CallVariant.isMethodMarker(input);
    }

    /** Returns the number of rows of the first input that has rows, or -1. */
    int rowsOf(NDList inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            if (!isShared(input, i) && input.getShape().dimension() > 0) {
                return Math.toIntExact(input.getShape().get(0));
            }
        }
        return -1;
    }

    /** Returns the rows at some positions as arrays of the manager. */
    NDList rows(NDManager manager, NDList inputs, int[] positions) {
        NDList selected = new NDList(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            selected.add(
                    isShared(input, i)
                            ? atHome(manager, input)
                            : rowsOf(manager, input, positions));
        }
        return selected;
    }

    /**
     * Returns the whole inputs, where possible as views that belong to the manager.
     *
     * <p>Arrays that a block leaves open belong to the manager of its first input, and are closed
     * with it.
     */
    NDList all(NDManager manager, NDList inputs) {
        NDList views = new NDList(inputs.size());
        for (NDArray input : inputs) {
            views.add(Engines.isPyTorch(manager) ? viewOf(manager, input) : atHome(manager, input));
        }
        return views;
    }

    /** Returns copies of arrays in the engine of another manager. */
    static NDList copies(NDManager manager, NDList arrays) {
        NDList copies = new NDList(arrays.size());
        arrays.forEach(array -> copies.add(atHome(manager, array)));
        return copies;
    }

    private static NDArray viewOf(NDManager manager, NDArray input) {
        Shape shape = input.getShape();
        if (!Engines.isAtHome(input, manager)
                || isText(input)
                || shape.dimension() == 0
                || shape.size() == 0) {
            return atHome(manager, input);
        }
        NDArray view = input.get(manager, new NDIndex().addSliceDim(0, shape.get(0)));
        view.setName(input.getName());
        return view;
    }

    /** Returns the input itself, or a copy if it is of another engine. */
    private static NDArray atHome(NDManager manager, NDArray input) {
        if (Engines.isAtHome(input, manager)) {
            return input;
        }
        Shape shape = input.getShape();
        if (isText(input)) {
            return named(input, create(manager, input.toStringArray(), shape));
        }
        ByteBuffer source = input.toByteBuffer();
        ArrayBuilder copy =
                ArrayBuilder.create(
                        "input", manager, manager.getDevice(), shape, ArrayTypes.orUnknown(input));
        copy.buffer().put(0, source, source.position(), source.remaining());
        return copy.finish(input.getName());
    }

    private static NDArray rowsOf(NDManager manager, NDArray input, int[] positions) {
        if (isText(input)) {
            return named(input, textRows(manager, input, positions));
        }
        boolean byIndex = Engines.isPyTorch(manager) && Engines.isAtHome(input, manager);
        return named(
                input,
                byIndex
                        ? rowsByIndex(manager, input, positions)
                        : rowsByBytes(manager, input, positions));
    }

    private static NDArray named(NDArray input, NDArray rows) {
        rows.setName(input.getName());
        return rows;
    }

    private static NDArray rowsByIndex(NDManager manager, NDArray input, int[] positions) {
        long[] indices = new long[positions.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = positions[i];
        }
        // int64: PyTorch would leave a converted copy of any other index array behind
        try (NDArray index = manager.create(indices)) {
            return input.get(manager, new NDIndex("{}", index));
        }
    }

    private static NDArray rowsByBytes(NDManager manager, NDArray input, int[] positions) {
        ByteBuffer source = input.toByteBuffer();
        int offset = source.position();
        int rowBytes = source.remaining() / Math.toIntExact(input.getShape().get(0));
        ArrayBuilder target =
                ArrayBuilder.create(
                        "input",
                        manager,
                        Engines.isAtHome(input, manager) ? input.getDevice() : manager.getDevice(),
                        ofRows(input, positions.length),
                        ArrayTypes.orUnknown(input));
        for (int i = 0; i < positions.length; i++) {
            target.buffer().put(i * rowBytes, source, offset + positions[i] * rowBytes, rowBytes);
        }
        return target.finish(null);
    }

    private static NDArray textRows(NDManager manager, NDArray input, int[] positions) {
        String[] all = input.toStringArray();
        int rowTexts = all.length / Math.toIntExact(input.getShape().get(0));
        String[] rows =
                IntStream.of(positions)
                        .boxed()
                        .flatMap(
                                p ->
                                        IntStream.range(p * rowTexts, (p + 1) * rowTexts)
                                                .mapToObj(i -> all[i]))
                        .toArray(String[]::new);
        return create(manager, rows, ofRows(input, positions.length));
    }

    private static NDArray create(NDManager manager, String[] texts, Shape shape) {
        return manager.create(texts, StandardCharsets.UTF_8, shape);
    }

    private static Shape ofRows(NDArray input, int rows) {
        return new Shape(rows).addAll(input.getShape().slice(1));
    }

    static boolean isText(NDArray input) {
        return ArrayTypes.of(input) == DataType.STRING;
    }
}
