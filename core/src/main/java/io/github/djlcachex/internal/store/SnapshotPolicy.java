package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentFile;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The decision whether the files outside the index snapshot are worth a new one.
 *
 * <p>Safe for use by many threads. A sum that is read while another thread updates it may be off by
 * a file; the next commit asks again.
 */
final class SnapshotPolicy {

    /** So many files outside the snapshot make an open slow, however small they are. */
    private static final int MANY_FILES = 256;

    /** A new snapshot is written once 1/4 of the covered rows are outside it. */
    private static final int GROWTH_DIVISOR = 4;

    /** At close 1/64 is enough, since the next open is near. */
    private static final int GROWTH_DIVISOR_AT_CLOSE = 64;

    private final AtomicLong uncoveredRows = new AtomicLong();
    private final AtomicLong uncoveredFiles = new AtomicLong();
    private final AtomicLong coveredRows = new AtomicLong();

    void addCovered(SegmentFile file) {
        coveredRows.addAndGet(file.rows());
    }

    void addUncovered(SegmentFile file) {
        uncoveredRows.addAndGet(file.rows());
        uncoveredFiles.incrementAndGet();
    }

    /** Counts all files. Those with a damaged row ask for no snapshot, since none covers them. */
    void recount(Collection<SegmentFile> files, Set<SegmentFile> covered) {
        long rowsOfCovered = 0;
        long rowsOfOthers = 0;
        long others = 0;
        for (SegmentFile file : files) {
            if (covered.contains(file)) {
                rowsOfCovered += file.rows();
            } else if (!file.suspect()) {
                rowsOfOthers += file.rows();
                others++;
            }
        }
        coveredRows.set(rowsOfCovered);
        uncoveredRows.set(rowsOfOthers);
        uncoveredFiles.set(others);
    }

    void clear() {
        uncoveredRows.set(0);
        uncoveredFiles.set(0);
        coveredRows.set(0);
    }

    /** The rows that no snapshot covers. */
    long uncoveredRows() {
        return uncoveredRows.get();
    }

    /** How many in a hundred rows of all files are not among so many that keys lead to. */
    double garbagePercent(long liveRows) {
        long all = coveredRows.get() + uncoveredRows.get();
        return all <= 0 ? 0 : Math.max(0, 100.0 * (all - Math.max(0, liveRows)) / all);
    }

    /** Tells whether a new snapshot is due, given how many rows may be outside the present one. */
    boolean isDue(long maxUncoveredRows, boolean closing) {
        long outside = uncoveredRows.get();
        boolean many = outside >= maxUncoveredRows || uncoveredFiles.get() >= MANY_FILES;
        int divisor = closing ? GROWTH_DIVISOR_AT_CLOSE : GROWTH_DIVISOR;
        return many && outside >= coveredRows.get() / divisor;
    }
}
