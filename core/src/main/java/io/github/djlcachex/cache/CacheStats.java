package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.DiskLevels;
import io.github.djlcachex.internal.store.StoreStats;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * CacheStats has the counters of one open store since it was opened, at one instant. They only
 * grow, but for those that say that they are a level.
 */
public final class CacheStats {

    private final StoreStats stats;
    private final DiskLevels disk;

    CacheStats(StoreStats stats, DiskLevels disk) {
        this.stats = stats;
        this.disk = disk;
    }

    /**
     * Returns the rows that were copied from the memory tier.
     *
     * @return the number of rows
     */
    public long memoryHits() {
        return stats.memoryHits();
    }

    /**
     * Returns the rows that were copied from an open segment, or from one that waits to be written.
     *
     * @return the number of rows
     */
    public long pendingHits() {
        return stats.pendingHits();
    }

    /**
     * Returns the rows that were copied from a segment file.
     *
     * @return the number of rows
     */
    public long diskHits() {
        return stats.diskHits();
    }

    /**
     * Returns the positions that {@code gather} did not find. A decorator does not ask while
     * nothing is stored at all, and counts its own.
     *
     * @return the number of positions
     */
    public long misses() {
        return stats.misses();
    }

    /**
     * Returns the rows that {@code put} accepted.
     *
     * @return the number of rows
     */
    public long storedRows() {
        return stats.storedRows();
    }

    /**
     * Returns the rows that {@code put} ignored because the key was there.
     *
     * @return the number of rows
     */
    public long duplicateRows() {
        return stats.duplicateRows();
    }

    /**
     * Returns the rows that {@code put} declined: read-only, another rank writes, a full queue, or
     * a full directory.
     *
     * @return the number of rows
     */
    public long declinedRows() {
        return stats.declinedRows();
    }

    /**
     * Returns the rows that were declined because a segment could not hold one of them.
     *
     * @return the number of rows
     */
    public long oversizedRows() {
        return stats.oversizedRows();
    }

    /**
     * Returns the rows that were declined because the precision in which their column is stored
     * cannot represent one of their numbers, see {@link StoredAs}.
     *
     * @return the number of rows
     */
    public long outOfRangeRows() {
        return stats.outOfRangeRows();
    }

    /**
     * Returns the rows that were declined because the cache directory was as large as its {@link
     * CacheLimits} allow.
     *
     * @return the number of rows
     */
    public long overLimitRows() {
        return stats.overLimitRows();
    }

    /**
     * Returns the rows that were committed to segment files.
     *
     * @return the number of rows
     */
    public long persistedRows() {
        return stats.persistedRows();
    }

    /**
     * Returns the size of those files.
     *
     * @return the size in bytes
     */
    public long persistedBytes() {
        return stats.persistedBytes();
    }

    /**
     * Returns the accepted rows that could not be written.
     *
     * @return the number of rows
     */
    public long lostRows() {
        return stats.lostRows();
    }

    /**
     * Returns the reads whose bytes were not those that were written, or that failed.
     *
     * @return the number of reads
     */
    public long corruptRows() {
        return stats.corruptRows();
    }

    /**
     * Returns the files of the generation that could not be used when they were first seen:
     * damaged, foreign or newer. One that is complete later still counts.
     *
     * @return the number of files
     */
    public long skippedSegments() {
        return stats.skippedSegments();
    }

    /**
     * Returns how often the directory was listed.
     *
     * @return the number of listings
     */
    public long refreshes() {
        return stats.refreshes();
    }

    /**
     * Returns the rows that were accepted and are not on disk yet. It is a level, and falls again.
     *
     * @return the number of rows
     */
    public long pendingRows() {
        return stats.pendingRows();
    }

    /**
     * Returns the size of those rows, without their keys. It is a level, and falls again.
     *
     * @return the size in bytes
     */
    public long pendingBytes() {
        return stats.pendingBytes();
    }

    /**
     * Returns the committed segment files that this process knows. It is a level: a clear or a
     * deletion takes files away.
     *
     * @return the number of files
     */
    public long segments() {
        return stats.segments();
    }

    /**
     * Returns the size of all files of the generation, also those of other processes, as it was
     * measured last. It is a level. The first call asks the filesystem for each file; when a
     * measure is older than a minute, a call has it repeated in the background. Unlike the other
     * numbers it is that of the call of this method.
     *
     * @return the size in bytes
     */
    public long diskBytes() {
        return disk.bytes();
    }

    /**
     * Returns how many files the generation has, measured as {@link #diskBytes} is. It is a level.
     *
     * @return the number of files
     */
    public long diskFiles() {
        return disk.files();
    }

    /**
     * Returns how many in a hundred rows of the known segment files are not found by any key,
     * because another row has it. It is a level.
     *
     * @return the share in per cent, 0 to 100
     */
    public double garbagePercent() {
        return stats.garbagePercent();
    }

    /**
     * Returns the rows of the known segment files that the index snapshot does not cover: an open
     * reads their keys. It is a level. Files with a damaged row, which no snapshot covers, may be
     * left out.
     *
     * @return the number of rows
     */
    public long unindexedRows() {
        return stats.unindexedRows();
    }

    /**
     * Returns how many segment files this process committed.
     *
     * @return the number of files
     */
    public long segmentWrites() {
        return stats.segmentWrites();
    }

    /**
     * Returns how long the flusher took to write, fsync and open them.
     *
     * @return the time
     */
    public Duration segmentWriteTime() {
        return Duration.ofNanos(stats.segmentWriteNanos());
    }

    /**
     * Returns how many segment files this process has replaced by larger ones.
     *
     * @return the number of files
     */
    public long compactedSegments() {
        return stats.compactedSegments();
    }

    /**
     * Returns the rows that were copied for that.
     *
     * @return the number of rows
     */
    public long compactedRows() {
        return stats.compactedRows();
    }

    /**
     * Returns when this process replaced segment files last.
     *
     * @return the time, empty if it never did
     */
    public Optional<Instant> lastCompaction() {
        return Optional.of(stats.lastCompactionMs())
                .filter(ms -> ms > 0)
                .map(Instant::ofEpochMilli);
    }

    /**
     * Returns the rows that were found anywhere.
     *
     * @return the number of hits
     */
    public long hits() {
        return memoryHits() + pendingHits() + diskHits();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CacheStats that && stats.equals(that.stats);
    }

    @Override
    public int hashCode() {
        return stats.hashCode();
    }

    @Override
    public String toString() {
        return stats.toString().replaceFirst("StoreStats", "CacheStats");
    }
}
