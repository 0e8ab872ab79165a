package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.Figures;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** WarmupReport tells what a {@link Warmup} did. */
public final class WarmupReport {

    private final long rows;
    private final long missingRows;
    private final long doneRows;
    private final List<BadRow> badRows;
    private final long bytes;
    private final Duration elapsed;

    WarmupReport(
            long rows,
            long missingRows,
            long doneRows,
            List<BadRow> badRows,
            long bytes,
            Duration elapsed) {
        this.rows = rows;
        this.missingRows = missingRows;
        this.doneRows = doneRows;
        this.badRows = List.copyOf(badRows);
        this.bytes = bytes;
        this.elapsed = elapsed;
    }

    /**
     * Returns how many rows the dataset has.
     *
     * @return the number of rows
     */
    public long rows() {
        return rows;
    }

    /**
     * Returns how many of them the cache did not have.
     *
     * @return the number of rows
     */
    public long missingRows() {
        return missingRows;
    }

    /**
     * Returns how many of those have features now.
     *
     * @return the number of rows
     */
    public long computedRows() {
        return doneRows - badRows.size();
    }

    /**
     * Returns the rows that could not be computed.
     *
     * @return the rows, in the order of the dataset, not more than the limit
     */
    public List<BadRow> badRows() {
        return badRows;
    }

    /**
     * Returns how much was written.
     *
     * @return the size of the new segment files in bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns how long the job took.
     *
     * @return the time, until the last row was on disk
     */
    public Duration elapsed() {
        return elapsed;
    }

    /**
     * Tells whether every row of the dataset has its features on disk.
     *
     * @return false if rows were bad, or the job was interrupted
     */
    public boolean isComplete() {
        return badRows.isEmpty() && doneRows == missingRows;
    }

    /** Returns a line for people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d of %,d rows were missing | %,d computed in %s | %s written | %d bad%s",
                missingRows,
                rows,
                computedRows(),
                Figures.span(elapsed.toNanos()),
                Figures.bytes(bytes),
                badRows.size(),
                doneRows == missingRows ? "" : " | interrupted");
    }
}
