package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.CheckedSegment;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/** SegmentCheck tells what {@link FeatureCache#verify} found in one segment file. */
public final class SegmentCheck {

    private final CheckedSegment check;

    SegmentCheck(CheckedSegment check) {
        this.check = check;
    }

    /**
     * Returns the path of the file.
     *
     * @return the path
     */
    public Path file() {
        return check.file();
    }

    /**
     * Returns what the file is.
     *
     * @return the condition
     */
    public SegmentCondition condition() {
        return check.condition();
    }

    /**
     * Returns the rows that the file was written with.
     *
     * @return the number of rows; 0 if that cannot be read any more
     */
    public int rows() {
        return check.rows();
    }

    /**
     * Returns the rows that the file costs: those that are not what was written, or all of a file
     * that cannot be opened.
     *
     * @return the number of rows
     */
    public int badRows() {
        return check.badRows();
    }

    /**
     * Returns the keys of the bad rows that no intact file has either, as far as the keys can be
     * read.
     *
     * @return the keys
     */
    public Keys lostKeys() {
        return check.lostKeys();
    }

    /**
     * Returns what is wrong.
     *
     * @return the problem; empty for an intact file
     */
    public String problem() {
        return check.problem();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SegmentCheck that && check.equals(that.check);
    }

    @Override
    public int hashCode() {
        return check.hashCode();
    }

    @Override
    public String toString() {
        return check.toString().replaceFirst("CheckedSegment", "SegmentCheck");
    }
}
