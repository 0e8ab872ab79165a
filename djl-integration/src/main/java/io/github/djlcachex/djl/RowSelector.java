package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Picks rows from every input of a batch and gives each its name back.
 *
 * <p>The names matter: TorchScript builds dictionaries, lists and tuples of arguments from them.
 *
 * @param sharedInputs positions of inputs that belong to the batch as a whole, without the ids
 */
record RowSelector(Set<Integer> sharedInputs) {

    /** DJL's way of naming a method: an array that is no input. */
    private static final String METHOD_MARKER = "module_method:";

    boolean isShared(NDArray input, int position) {
        String name = input.getName();
        return sharedInputs.contains(position) || (name != null && name.startsWith(METHOD_MARKER));
    }

    /** Returns the rows at some positions, as arrays of the given manager. */
    NDList rows(NDManager manager, NDList inputs, int[] positions) {
        NDList selected = new NDList(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            selected.add(isShared(input, i) ? input : rowsOf(manager, input, positions));
        }
        return selected;
    }

    private static NDArray rowsOf(NDManager manager, NDArray input, int[] positions) {
        NDArray rows =
                Engines.isPyTorch(manager)
                        ? rowsByIndex(manager, input, positions)
                        : rowsByBytes(manager, input, positions);
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
        Shape shape = new Shape(positions.length).addAll(input.getShape().slice(1));
        FilledArray target =
                FilledArray.create("input", manager, input.getDevice(), shape, input.getDataType());
        for (int i = 0; i < positions.length; i++) {
            target.buffer().put(i * rowBytes, source, offset + positions[i] * rowBytes, rowBytes);
        }
        return target.finish(null);
    }

    /**
     * Returns the whole inputs, where possible as views of the given manager: what a block leaves
     * behind belongs to the manager of its first input, and so goes away with it.
     */
    NDList all(NDManager manager, NDList inputs) {
        NDList views = new NDList(inputs.size());
        for (NDArray input : inputs) {
            views.add(viewOf(manager, input));
        }
        return views;
    }

    private static NDArray viewOf(NDManager manager, NDArray input) {
        Shape shape = input.getShape();
        if (!Engines.isPyTorch(manager) || shape.dimension() == 0 || shape.size() == 0) {
            return input;
        }
        NDArray view = input.get(manager, new NDIndex().addSliceDim(0, shape.get(0)));
        view.setName(input.getName());
        return view;
    }
}
