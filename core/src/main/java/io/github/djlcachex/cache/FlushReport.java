package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.FlushCounts;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * FlushReport tells what became of the rows that were accepted since the same cache's last report.
 */
public final class FlushReport {

    private final FlushCounts counts;

    FlushReport(FlushCounts counts) {
        this.counts = counts;
    }

    /**
     * Returns the rows that are now on disk.
     *
     * @return the number of rows
     */
    public long persistedRows() {
        return counts.persistedRows();
    }

    /**
     * Returns the size of the segment files that hold them.
     *
     * @return the size in bytes
     */
    public long persistedBytes() {
        return counts.persistedBytes();
    }

    /**
     * Returns the rows that could not be written. They stay in the memory tier as far as it has
     * room: the next flush tries them again, and counts them again. The rest are misses.
     *
     * @return the number of rows
     */
    public long lostRows() {
        return counts.lostRows();
    }

    /**
     * Returns the rows that still wait: only after a {@code close} that ran out of time, or in a
     * {@code flush} that a close on another thread overtook.
     *
     * @return the number of rows
     */
    public long pendingRows() {
        return counts.pendingRows();
    }

    /**
     * Returns why rows were lost, at most the last 16 reasons.
     *
     * @return the reasons, oldest first
     */
    public List<String> failures() {
        return counts.failures();
    }

    /**
     * Tells whether the filesystem cannot fsync directories. What files hold is on disk then, but a
     * power loss may take the names of new ones, and persisted rows with them.
     *
     * @return true if names may be lost
     */
    public boolean hasUnforcedNames() {
        return counts.namesUnforced();
    }

    /**
     * Tells whether every accepted row is on disk.
     *
     * @return true if nothing was lost and nothing waits, whatever {@link #hasUnforcedNames} says
     */
    public boolean isComplete() {
        return lostRows() == 0 && pendingRows() == 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FlushReport that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return counts.toString().replaceFirst("FlushCounts", "FlushReport");
    }
}
