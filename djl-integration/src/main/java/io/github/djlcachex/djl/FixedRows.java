package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.engine.BlockParameters;

import java.util.List;

/**
 * The fixed batch size for which a graph was exported, if it has one.
 *
 * @param graphs the inputs of each graph of a block
 */
record FixedRows(List<List<GraphInput>> graphs) {

    /** Any number of rows. */
    static final int ANY = 0;

    static FixedRows of(Block block) {
        return new FixedRows(
                BlockParameters.withDescendants(block).stream()
                        .map(GraphInput::of)
                        .filter(inputs -> !inputs.isEmpty())
                        .toList());
    }

    /** Returns the number of rows of a batch that the block takes, or {@link #ANY}. */
    int of(NDList batch, RowSelector selector) {
        for (List<GraphInput> graph : graphs) {
            int rows = rows(graph, batch, selector);
            if (rows != ANY) {
                return rows;
            }
        }
        return ANY;
    }

    /** Returns the batch size. A shared input has its own first dimension, which is ignored. */
    private static int rows(List<GraphInput> graph, NDList batch, RowSelector selector) {
        boolean ofBatch = graph.size() == batch.size();
        long rows = ANY;
        for (int i = 0; i < graph.size(); i++) {
            GraphInput input = graph.get(i);
            if (input.rows() == GraphInput.NO_ROWS
                    || (ofBatch && isShared(input, i, batch, selector))) {
                continue;
            }
            if (input.rows() == GraphInput.ANY) {
                return ANY;
            }
            rows = Math.max(rows, input.rows());
        }
        return Math.toIntExact(rows);
    }

    private static boolean isShared(
            GraphInput input, int position, NDList batch, RowSelector selector) {
        for (int i = 0; i < batch.size(); i++) {
            if (input.name().equals(batch.get(i).getName())) {
                return selector.isShared(batch.get(i), i);
            }
        }
        NDArray array = batch.get(position);
        return selector.isShared(array, position);
    }
}
