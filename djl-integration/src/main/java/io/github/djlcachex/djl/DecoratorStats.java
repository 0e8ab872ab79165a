package io.github.djlcachex.djl;

/**
 * Counters of one decorator since it was built, at one instant. They grow only.
 *
 * @param batches calls of {@code forward}
 * @param hits rows that came from the cache
 * @param misses rows that did not
 * @param computedRows different rows that the wrapped block computed for the misses, without
 *     padding
 * @param declinedRows computed rows that the cache did not take: another rank writes, the cache is
 *     read-only, its queue is full, or a row is too large
 * @param uncachedBatches batches that ran past the cache: switched off, without ids, or after close
 * @param batchesWithoutIds batches among those that had no ids
 */
public record DecoratorStats(
        long batches,
        long hits,
        long misses,
        long computedRows,
        long declinedRows,
        long uncachedBatches,
        long batchesWithoutIds) {}
