package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

/** What every gather of a store works with. Safe for use by many threads. */
record GatherContext(
        StoreOptions options,
        SourceTable sources,
        StoreCounters counters,
        AdaptiveReadMode readMode,
        RejectedRows rejected) {

    /** Copies the rows that are there; returns the positions of the others, ascending. */
    int[] gather(Generation.State state, Keys keys, RowBatch into) {
        return new ParallelGather(this, state, keys, into).run();
    }
}
