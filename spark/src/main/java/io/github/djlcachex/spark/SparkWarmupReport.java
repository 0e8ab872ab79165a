package io.github.djlcachex.spark;

import io.github.djlcachex.cache.HygieneReport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** SparkWarmupReport tells what a {@link SparkWarmup} did. Immutable. */
public final class SparkWarmupReport {

    private final long rows;
    private final long computedRows;
    private final long bytes;
    private final List<BadRow> badRows;
    private final int segments;
    private final @Nullable HygieneReport compaction;
    private final Duration elapsed;

    SparkWarmupReport(
            List<TaskReport> tasks,
            List<BadRow> badRows,
            int segments,
            @Nullable HygieneReport compaction,
            Duration elapsed) {
        this.rows = tasks.stream().mapToLong(TaskReport::rows).sum();
        this.computedRows = tasks.stream().mapToLong(TaskReport::computed).sum();
        this.bytes = tasks.stream().mapToLong(TaskReport::bytes).sum();
        this.badRows = badRows;
        this.segments = segments;
        this.compaction = compaction;
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
     * Returns how many rows the successful tasks computed. What an attempt computed that failed
     * afterwards is not in it.
     *
     * @return the number of rows
     */
    public long computedRows() {
        return computedRows;
    }

    /**
     * Returns how much the successful tasks wrote.
     *
     * @return the size in bytes, before the compaction
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns the rows that could not be computed.
     *
     * @return the rows, not more than the limit
     */
    public List<BadRow> badRows() {
        return badRows;
    }

    /**
     * Returns how many segment files the generation has now.
     *
     * @return the number of files
     */
    public int segments() {
        return segments;
    }

    /**
     * Returns what the compaction after the job did.
     *
     * @return its report; empty if it was switched off, or failed, which is a warning
     */
    public Optional<HygieneReport> compaction() {
        return Optional.ofNullable(compaction);
    }

    /**
     * Returns how long it took.
     *
     * @return the time from the opening of the extractor on the driver to the end of the compaction
     */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns a line for people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d rows | %,d computed in %.2f s | %.1f MB written | %d files | %d bad",
                rows,
                computedRows,
                elapsed.toMillis() / 1e3,
                bytes / 1e6,
                segments,
                badRows.size());
    }
}
