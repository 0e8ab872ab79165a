package io.github.djlcachex.cache;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.segment.SegmentFile;

import java.util.function.Consumer;

/** The reading of batches, and the parts of a store that it needs. Safe for use by many threads. */
record Gatherer(
        CacheOptions options,
        SourceTable sources,
        Counters counters,
        ReadPace pace,
        Consumer<SegmentFile> onSuspect) {

    /** Copies the rows that are there; returns the positions of the others, ascending. */
    int[] gather(Generation.State state, Keys keys, RowBatch into) {
        return new SharedGather(this, state, keys, into).run();
    }
}
