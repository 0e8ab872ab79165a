package io.github.djlcachex.internal.store;

import java.util.concurrent.atomic.LongAdder;

/** The counters of a store; any thread adds to them. */
final class StoreCounters {

    final LongAdder memoryHits = new LongAdder();
    final LongAdder pendingHits = new LongAdder();
    final LongAdder diskHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder stored = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder declined = new LongAdder();
    final LongAdder oversized = new LongAdder();
    final LongAdder outOfRange = new LongAdder();
    final LongAdder overLimit = new LongAdder();
    final LongAdder corruptRows = new LongAdder();
    final LongAdder skippedSegments = new LongAdder();
    final LongAdder refreshes = new LongAdder();

    void add(PutCounts result) {
        stored.add(result.stored());
        duplicates.add(result.duplicates());
        declined.add(result.declined());
    }

    /**
     * Returns the counters.
     *
     * @param pendingRows the rows that wait to be written
     * @param pendingBytes their size
     * @param segments the number of segment files that are known
     */
    StoreStats snapshot(
            FlushTotals.Totals written, long pendingRows, long pendingBytes, long segments) {
        return new StoreStats(
                memoryHits.sum(),
                pendingHits.sum(),
                diskHits.sum(),
                misses.sum(),
                stored.sum(),
                duplicates.sum(),
                declined.sum(),
                oversized.sum(),
                outOfRange.sum(),
                overLimit.sum(),
                written.persistedRows(),
                written.persistedBytes(),
                written.lostRows(),
                corruptRows.sum(),
                skippedSegments.sum(),
                refreshes.sum(),
                pendingRows,
                pendingBytes,
                segments,
                written.segments(),
                written.nanos());
    }
}
