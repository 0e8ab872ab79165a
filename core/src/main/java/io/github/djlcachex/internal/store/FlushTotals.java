package io.github.djlcachex.internal.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What the flusher wrote and lost since the store was opened. */
final class FlushTotals {

    /**
     * The sums at one instant.
     *
     * @param persistedRows rows in committed files
     * @param persistedBytes bytes of those files
     * @param lostRows rows that could not be written
     * @param failures the number of segments that could not be written
     * @param segments the number of committed files
     * @param nanos how long their writing took
     */
    record Totals(
            long persistedRows,
            long persistedBytes,
            long lostRows,
            long failures,
            long segments,
            long nanos) {
        static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0);
    }

    private final Deque<String> lastFailures = new ArrayDeque<>();
    private Totals totals = Totals.ZERO;

    synchronized void persisted(int rows, long bytes, long nanos) {
        totals =
                new Totals(
                        totals.persistedRows + rows,
                        totals.persistedBytes + bytes,
                        totals.lostRows,
                        totals.failures,
                        totals.segments + 1,
                        totals.nanos + nanos);
    }

    synchronized void lost(int rows, Throwable cause) {
        totals =
                new Totals(
                        totals.persistedRows,
                        totals.persistedBytes,
                        totals.lostRows + rows,
                        totals.failures + 1,
                        totals.segments,
                        totals.nanos);
        lastFailures.addLast(rows + " rows: " + cause);
        if (lastFailures.size() > FlushCounts.MAX_FAILURES) {
            lastFailures.removeFirst();
        }
    }

    synchronized Totals totals() {
        return totals;
    }

    /** What happened between two instants. */
    synchronized FlushCounts countsBetween(
            Totals seen, Totals now, long pendingRows, boolean namesUnforced) {
        List<String> failures = new ArrayList<>(lastFailures);
        int fresh = (int) Math.min(now.failures - seen.failures, failures.size());
        return new FlushCounts(
                now.persistedRows - seen.persistedRows,
                now.persistedBytes - seen.persistedBytes,
                now.lostRows - seen.lostRows,
                pendingRows,
                failures.subList(failures.size() - fresh, failures.size()),
                namesUnforced);
    }
}
