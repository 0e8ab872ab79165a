package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Function;

/** Runs a block of a fixed batch size on any number of rows, in chunks. */
final class Chunks {

    private final int size;
    private final Place place;

    /**
     * Creates the chunks.
     *
     * @param size the number of rows that the block takes
     * @param manager the manager of the outputs
     */
    Chunks(int size, NDManager manager) {
        this.size = size;
        this.place = new Place(manager, manager.getDevice());
    }

    /**
     * Returns the outputs for some rows.
     *
     * @param positions the rows to run, at least one
     * @param forward runs the block on as many rows as it takes; the last ones may be repeated
     */
    NDList run(int[] positions, Function<int[], NDList> forward) {
        @Nullable OutputArrays outputs = null;
        for (int from = 0; from < positions.length; from += size) {
            int rows = Math.min(size, positions.length - from);
            NDList raw = forward.apply(padded(positions, from, rows));
            RowSchema schema = outputs == null ? null : outputs.rows().schema();
            ComputedRows computed = ComputedRows.like(schema, raw, size);
            if (computed == null) {
                throw new UnsupportedOutputException(
                        Problem.of(
                                "wrapped block",
                                "rows of one shape",
                                "rows of several",
                                "pad the inputs"));
            }
            if (outputs == null) {
                outputs = OutputArrays.create(place, computed.schema(), positions.length);
            }
            for (int i = 0; i < rows; i++) {
                outputs.rows().copyRow(computed.rows(), i, from + i);
            }
            FrozenBlock.close(raw);
        }
        if (outputs == null) {
            throw new UnsupportedInputException(
                    Problem.of("batch", "at least one row", "none", "leave empty batches out"));
        }
        return outputs.toList();
    }

    private int[] padded(int[] positions, int from, int rows) {
        int[] chunk = Arrays.copyOfRange(positions, from, from + size);
        Arrays.fill(chunk, rows, size, positions[from]);
        return chunk;
    }
}
