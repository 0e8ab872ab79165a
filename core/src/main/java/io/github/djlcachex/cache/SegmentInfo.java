package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.SegmentSummary;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;

/** SegmentInfo describes a committed segment file. */
public final class SegmentInfo {

    private final SegmentSummary summary;

    SegmentInfo(SegmentSummary summary) {
        this.summary = summary;
    }

    /**
     * Returns the path of the file.
     *
     * @return the path
     */
    public Path file() {
        return summary.file();
    }

    /**
     * Returns the rows that the file holds, duplicates of other segments included.
     *
     * @return the number of rows
     */
    public int rows() {
        return summary.rows();
    }

    /**
     * Returns the size of the file.
     *
     * @return the size in bytes
     */
    public long bytes() {
        return summary.bytes();
    }

    /**
     * Returns the writer's name: host, boot, process and random bits.
     *
     * @return the name
     */
    public String writer() {
        return summary.writer();
    }

    /**
     * Returns when the writer committed the file, by the writer's clock.
     *
     * @return the time
     */
    public Instant committedAt() {
        return summary.committedAt();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SegmentInfo that && summary.equals(that.summary);
    }

    @Override
    public int hashCode() {
        return summary.hashCode();
    }

    @Override
    public String toString() {
        return summary.toString().replaceFirst("SegmentSummary", "SegmentInfo");
    }
}
