package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/** Runs the wrapped block on rows of a batch, and has its outputs read while they are open. */
final class BlockRunner {

    private final FrozenBlock frozen;
    private final RowSelector selector;
    private final @Nullable DataType castUnknownTo;

    BlockRunner(FrozenBlock frozen, RowSelector selector, @Nullable DataType castUnknownTo) {
        this.frozen = frozen;
        this.selector = selector;
        this.castUnknownTo = castUnknownTo;
    }

    /**
     * Runs the block under its lock.
     *
     * @param positions the rows to run, or null for the batch as it is
     * @param reader reads the outputs, which are closed afterwards
     * @return what the reader returned
     */
    <T extends @Nullable Object> T run(
            Run run, int @Nullable [] positions, Function<NDList, T> reader) {
        synchronized (frozen.lock()) {
            try (NDManager scratch = frozen.newManager(run.place())) {
                NDList selected =
                        positions == null
                                ? selector.all(scratch, run.inputs())
                                : selector.rows(scratch, run.inputs(), positions);
                NDList raw = frozen.forward(run.parameterStore(), selected, run.params());
                try {
                    return reader.apply(ComputedRows.castUnknown(raw, castUnknownTo));
                } finally {
                    FrozenBlock.close(raw, selected, run.inputs());
                }
            }
        }
    }
}
