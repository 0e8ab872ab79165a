package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

import io.github.djlcachex.djl.internal.DecoratorCounters;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Runs whole batches past the cache. */
final class UncachedRuns {

    private final BlockRunner runner;
    private final RowSelector selector;
    private final OutputPadding padding;
    private final DecoratorCounters counters;

    UncachedRuns(
            BlockRunner runner,
            RowSelector selector,
            OutputPadding padding,
            DecoratorCounters counters) {
        this.runner = runner;
        this.selector = selector;
        this.padding = padding;
        this.counters = counters;
    }

    /**
     * Runs the whole batch past the cache: evaluation mode, and outputs that can be trained on. A
     * batch with ids is padded as its misses would be, so that its bits are those of cached rows.
     */
    NDList run(BlockCall call) {
        counters.uncachedBatches.increment();
        int rowCount = selector.rowsOf(call.inputs());
        if (!padding.isNone() && rowCount >= 0) {
            return padded(call, rowCount);
        }
        if (call.rows() <= 0 || call.rows() >= call.minRows()) {
            return whole(call);
        }
        int[] padded = SubBatch.padded(call.rows(), call.minRows());
        NDList outputs =
                runner.<@Nullable NDList>run(
                        call,
                        padded,
                        raw -> {
                            ComputedRows computed = ComputedRows.ifPossible(raw, padded.length);
                            return computed == null || !computed.fits(call.place())
                                    ? null
                                    : OutputArrays.copyOf(computed, call.rows(), call.place());
                        });
        // what cannot be cached cannot be taken out of the padding either
        return outputs == null ? whole(call) : outputs;
    }

    /** Runs the whole batch past the cache, and cuts and pads its rows as those of the cache. */
    private NDList padded(BlockCall call, int rowCount) {
        boolean isShort = call.rows() > 0 && call.rows() < call.minRows();
        int[] positions = SubBatch.padded(rowCount, isShort ? call.minRows() : rowCount);
        return runner.run(
                call,
                isShort ? positions : null,
                raw -> {
                    ComputedRows computed =
                            Objects.requireNonNull(call.computed(null, raw, positions));
                    BatchOutputs outputs = call.outputs(computed.schema(), rowCount);
                    for (int row = 0; row < rowCount; row++) {
                        outputs.put(row, computed.rows(), row);
                    }
                    return outputs.toList();
                });
    }

    private NDList whole(BlockCall call) {
        return runner.run(call, null, raw -> OutputArrays.copyOf(raw, call.place()));
    }
}
