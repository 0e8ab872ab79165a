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
    final LongAdder compactedSegments = new LongAdder();
    final LongAdder compactedRows = new LongAdder();
    volatile long lastCompactionMs;

    void add(PutCounts result) {
        stored.add(result.stored());
        duplicates.add(result.duplicates());
        declined.add(result.declined());
    }

    /** Returns the counters, with the levels that the parts of a store have. */
    StoreStats snapshot(FlushTotals.Totals written, WritePath writes, Catalog catalog, long rows) {
        long pendingRows = writes.pendingRows();
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
                writes.pendingBytes(),
                catalog.segmentCount(),
                written.segments(),
                written.nanos(),
                compactedSegments.sum(),
                compactedRows.sum(),
                lastCompactionMs,
                catalog.snapshotPolicy().garbagePercent(rows - pendingRows),
                catalog.snapshotPolicy().uncoveredRows());
    }
}
