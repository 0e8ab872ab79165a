package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;
import java.util.stream.IntStream;

/** Runs the wrapped block on rows of a batch, and passes its open outputs to a reader. */
final class BlockRunner {

    private final FrozenBlock frozen;
    private final RowSelector selector;
    private final @Nullable DataType castUnknownTo;
    private final OutputStep output;

    BlockRunner(
            FrozenBlock frozen,
            RowSelector selector,
            @Nullable DataType castUnknownTo,
            OutputStep output) {
        this.frozen = frozen;
        this.selector = selector;
        this.castUnknownTo = castUnknownTo;
        this.output = output;
    }

    /** Tells whether the outputs are those of the wrapped block, without an output function. */
    boolean returnsOutputsOfBlock() {
        return output == OutputStep.NONE;
    }

    /**
     * Runs the block, together with other threads where that is safe.
     *
     * @param positions the rows to run, or null for the batch as it is
     * @param reader reads the outputs, which are closed afterwards unless it returns them
     * @return what the reader returned
     */
    <T extends @Nullable Object> T run(
            BlockCall call, int @Nullable [] positions, Function<NDList, T> reader) {
        return frozen.running(call.alone(), () -> runNow(call, positions, reader));
    }

    private <T extends @Nullable Object> T runNow(
            BlockCall call, int @Nullable [] positions, Function<NDList, T> reader) {
        frozen.checkOpened(call.inputs());
        try (NDManager scratch = frozen.newManager(call.place())) {
            int fixed = frozen.fixedRows().of(call.inputs(), selector);
            int rows = positions == null ? selector.rowsOf(call.inputs()) : positions.length;
            if (fixed != FixedRows.ANY && rows != fixed && rows > 0) {
                int[] all = positions == null ? IntStream.range(0, rows).toArray() : positions;
                NDList outputs =
                        new Chunks(fixed, scratch)
                                .run(
                                        all,
                                        chunk ->
                                                forward(
                                                        call,
                                                        scratch,
                                                        select(scratch, call, chunk)));
                return reader.apply(outputs);
            }
            NDList selected = select(scratch, call, positions);
            NDList raw = forward(call, scratch, selected);
            NDList kept = new NDList();
            try {
                T result = reader.apply(raw);
                if (result instanceof NDList outputs) {
                    kept = outputs;
                }
                return result;
            } finally {
                FrozenBlock.close(raw, selected, call.inputs(), kept);
            }
        }
    }

    private NDList select(NDManager scratch, BlockCall call, int @Nullable [] positions) {
        return positions == null
                ? selector.all(scratch, call.inputs())
                : selector.rows(scratch, call.inputs(), positions);
    }

    private NDList forward(BlockCall call, NDManager scratch, NDList selected) {
        NDList raw = frozen.forward(call.parameterStore(), selected, call.params());
        NDList known = ComputedRows.castUnknown(raw, castUnknownTo);
        FrozenBlock.close(raw, known, selected, call.inputs());
        NDList result = output.apply(call.place(), scratch, selected, known);
        FrozenBlock.close(known, result, selected, call.inputs());
        return result;
    }

    /** Returns the position of the first input that has rows of its own. */
    int firstWithRows(int inputs) {
        return IntStream.range(0, inputs)
                .filter(i -> !selector.sharedInputs().contains(i))
                .findFirst()
                .orElse(0);
    }
}
