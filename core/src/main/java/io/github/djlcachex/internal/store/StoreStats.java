package io.github.djlcachex.internal.store;

/** The counters of a store at one instant. */
public record StoreStats(
        long memoryHits,
        long pendingHits,
        long diskHits,
        long misses,
        long storedRows,
        long duplicateRows,
        long declinedRows,
        long oversizedRows,
        long outOfRangeRows,
        long overLimitRows,
        long persistedRows,
        long persistedBytes,
        long lostRows,
        long corruptRows,
        long skippedSegments,
        long refreshes,
        long pendingRows,
        long pendingBytes,
        long segments,
        long segmentWrites,
        long segmentWriteNanos,
        long compactedSegments,
        long compactedRows,
        long lastCompactionMs,
        double garbagePercent) {}
