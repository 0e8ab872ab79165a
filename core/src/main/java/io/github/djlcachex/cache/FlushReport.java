package io.github.djlcachex.cache;

import java.util.List;

/**
 * What became of the rows that were accepted since the same cache's last report.
 *
 * @param persistedRows the rows that are now on disk
 * @param persistedBytes the bytes of the segment files that hold them
 * @param lostRows the rows that could not be written; they are misses again
 * @param pendingRows the rows still waiting, only after a {@code close} that ran out of time, or in
 *     a {@code flush} that a close on another thread overtook
 * @param failures why rows were lost, at most the last {@value #MAX_FAILURES} reasons
 * @param namesUnforced true if the filesystem cannot force directories: what files hold is on disk,
 *     but a power loss may take the names of new ones, and persisted rows with them
 */
public record FlushReport(
        long persistedRows,
        long persistedBytes,
        long lostRows,
        long pendingRows,
        List<String> failures,
        boolean namesUnforced) {

    /** The most reasons that a report holds. */
    public static final int MAX_FAILURES = 16;

    /**
     * Copies the list.
     *
     * @param persistedRows the rows that are now on disk
     * @param persistedBytes the bytes of the segment files that hold them
     * @param lostRows the rows that could not be written
     * @param pendingRows the rows still waiting
     * @param failures why rows were lost
     * @param namesUnforced true if a power loss may take the names of new files
     */
    public FlushReport {
        failures = List.copyOf(failures);
    }

    /**
     * Tells whether every accepted row is on disk.
     *
     * @return true if nothing was lost and nothing is pending, whatever {@link #namesUnforced} says
     */
    public boolean complete() {
        return lostRows == 0 && pendingRows == 0;
    }
}
