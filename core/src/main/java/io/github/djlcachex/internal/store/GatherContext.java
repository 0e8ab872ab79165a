package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import java.util.function.Consumer;

/** The reading of batches, and the parts of a store that it needs. Safe for use by many threads. */
record GatherContext(
        StoreOptions options,
        SourceTable sources,
        StoreCounters counters,
        AdaptiveReadMode pace,
        Consumer<SegmentFile> onSuspect) {

    /** Copies the rows that are there; returns the positions of the others, ascending. */
    int[] gather(Generation.State state, Keys keys, RowBatch into) {
        return new ParallelGather(this, state, keys, into).run();
    }
}
