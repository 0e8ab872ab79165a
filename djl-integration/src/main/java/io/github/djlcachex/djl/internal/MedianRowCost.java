package io.github.djlcachex.djl.internal;

import java.util.Arrays;

/**
 * MedianRowCost is the median, over the last batches, of the time that a block took for a row. The
 * first batches are left out: engines compile and allocate in them.
 */
public final class MedianRowCost {

    /** So many batches are left out. */
    public static final int WARM_UP_BATCHES = 2;

    private static final int KEPT_BATCHES = 255;

    // all guarded by the monitor
    private final double[] nanosPerRow = new double[KEPT_BATCHES];
    private long batches;
    private long rows;

    /**
     * What was measured at one instant.
     *
     * @param nanosPerRow the time of a row
     * @param rows the rows that it was measured over, 0 if it was not
     */
    public record Measured(double nanosPerRow, long rows) {}

    synchronized void add(int batchRows, long nanos) {
        if (batchRows <= 0) {
            return;
        }
        batches++;
        if (batches > WARM_UP_BATCHES) {
            nanosPerRow[(int) ((batches - WARM_UP_BATCHES - 1) % KEPT_BATCHES)] =
                    (double) nanos / batchRows;
            rows += batchRows;
        }
    }

    /** Returns the median and its basis. */
    public synchronized Measured measured() {
        int kept = (int) Math.min(KEPT_BATCHES, Math.max(0, batches - WARM_UP_BATCHES));
        double[] sorted = Arrays.copyOf(nanosPerRow, kept);
        Arrays.sort(sorted);
        return new Measured(kept == 0 ? 0 : sorted[kept / 2], rows);
    }
}
