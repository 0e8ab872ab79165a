package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.Figures;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** WarmupProgress tells how far a {@link Warmup} is, at one instant. */
public final class WarmupProgress {

    private static final double HUNDRED = 100;

    private final long missingRows;
    private final long doneRows;
    private final long badRows;
    private final double rowsPerSecond;
    private final long bytes;
    private final Duration elapsed;

    WarmupProgress(
            long missingRows,
            long doneRows,
            long badRows,
            double rowsPerSecond,
            long bytes,
            Duration elapsed) {
        this.missingRows = missingRows;
        this.doneRows = doneRows;
        this.badRows = badRows;
        this.rowsPerSecond = rowsPerSecond;
        this.bytes = bytes;
        this.elapsed = elapsed;
    }

    /**
     * Returns how many rows the cache did not have at the beginning.
     *
     * @return the number of rows to compute
     */
    public long missingRows() {
        return missingRows;
    }

    /**
     * Returns how many of them are done, bad ones included.
     *
     * @return the number of rows
     */
    public long doneRows() {
        return doneRows;
    }

    /**
     * Returns how many of those could not be computed.
     *
     * @return the number of rows
     */
    public long badRows() {
        return badRows;
    }

    /**
     * Returns the share of the rows that are done.
     *
     * @return from 0 to 100; 100 if none were missing
     */
    public double percent() {
        return missingRows == 0 ? HUNDRED : HUNDRED * doneRows / missingRows;
    }

    /**
     * Returns the speed over the last ten seconds.
     *
     * @return rows a second, 0 before the first batch
     */
    public double rowsPerSecond() {
        return rowsPerSecond;
    }

    /**
     * Returns how long the rest takes at that speed.
     *
     * @return the time, or empty while there is no speed
     */
    public Optional<Duration> timeLeft() {
        return rowsPerSecond <= 0
                ? Optional.empty()
                : Optional.of(
                        Duration.ofSeconds(
                                (long) Math.ceil((missingRows - doneRows) / rowsPerSecond)));
    }

    /**
     * Returns how much was stored by this job: what was written, and what waits for it.
     *
     * @return the size in bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns how long the job has run.
     *
     * @return the time
     */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns a line for people, such as {@code 120/600 rows (20 %) | 240 rows/s | 0:02 left}. */
    @Override
    public String toString() {
        String left = timeLeft().map(time -> Figures.clock(time.toSeconds())).orElse("?");
        String line =
                String.format(
                        Locale.ROOT,
                        "%,d/%,d rows (%d %%) | %,.0f rows/s | %s left | %s",
                        doneRows,
                        missingRows,
                        (long) percent(),
                        rowsPerSecond,
                        left,
                        Figures.bytes(bytes));
        return badRows == 0 ? line : line + " | " + badRows + " bad";
    }
}
