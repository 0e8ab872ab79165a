package io.github.djlcachex.internal.segment;

import java.util.List;

/**
 * What a segment that was made of other segments says of them.
 *
 * <p>A tombstone kills a row by the names of the segments that have it. A copy of the row in
 * another segment is killed too if that one is derived from a named one, unless the tombstone was
 * applied when the copy was made: a row of that key that it has then was stored after the deletion.
 *
 * @param derivedFrom the segments whose rows it has, and those that they are derived from
 * @param applied the tombstones that were applied when it was made
 * @param oldestRowMs when the oldest of those segments was written, in milliseconds since 1970
 */
public record Lineage(SegmentRanges derivedFrom, SegmentRanges applied, long oldestRowMs) {

    /**
     * Returns the lineage of a segment whose rows are in no other one.
     *
     * @param committedAtMs when it was written
     * @return the lineage
     */
    public static Lineage none(long committedAtMs) {
        return new Lineage(SegmentRanges.NONE, SegmentRanges.NONE, committedAtMs);
    }

    /**
     * Returns the lineage of a segment that has rows of this one, as they are.
     *
     * @param segment the name of the segment with this lineage
     * @return the lineage of the copy
     */
    public Lineage ofCopy(SegmentName segment) {
        SegmentRanges from = derivedFrom.plus(SegmentRanges.of(List.of(segment)));
        return new Lineage(from, applied, oldestRowMs);
    }
}
