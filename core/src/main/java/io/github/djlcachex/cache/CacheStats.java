package io.github.djlcachex.cache;

/**
 * Counters of one open store since it was opened, at one instant. They grow only.
 *
 * @param memoryHits rows copied from the memory tier
 * @param pendingHits rows copied from an open segment or one waiting to be written
 * @param diskHits rows copied from a segment file
 * @param misses positions that {@code gather} did not find; a decorator, which does not ask while
 *     nothing is stored at all, counts its own
 * @param storedRows rows accepted by {@code put}
 * @param ignoredRows rows that {@code put} ignored because the key was there
 * @param declinedRows rows that {@code put} declined: read-only, another rank writes, or a full
 *     queue
 * @param oversizedRows rows declined because a segment could not hold one of them
 * @param persistedRows rows committed to segment files
 * @param persistedBytes bytes of those files
 * @param lostRows accepted rows that could not be written
 * @param corruptRows reads whose bytes were not those that were written, or could not be read
 * @param skippedSegments files in the generation that could not be taken when they were first seen:
 *     damaged, foreign or newer; one that is complete later still counts
 * @param refreshes listings of the directory
 */
public record CacheStats(
        long memoryHits,
        long pendingHits,
        long diskHits,
        long misses,
        long storedRows,
        long ignoredRows,
        long declinedRows,
        long oversizedRows,
        long persistedRows,
        long persistedBytes,
        long lostRows,
        long corruptRows,
        long skippedSegments,
        long refreshes) {

    /**
     * Returns the rows found anywhere.
     *
     * @return the number of hits
     */
    public long hits() {
        return memoryHits + pendingHits + diskHits;
    }
}
