package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.SegmentCondition;
import io.github.djlcachex.row.Keys;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a check found in one segment file.
 *
 * @param rows the rows that it was written with; 0 if that cannot be read any more
 * @param badRows the rows that it costs
 * @param lostKeys the keys of bad rows, as far as they can be read
 * @param problem what is wrong; empty for an intact file
 */
public record CheckedSegment(
        Path file,
        SegmentCondition condition,
        int rows,
        int badRows,
        Keys lostKeys,
        String problem) {

    boolean servesRows() {
        return condition == SegmentCondition.INTACT || condition == SegmentCondition.DAMAGED_ROWS;
    }

    boolean isDamaged() {
        return condition == SegmentCondition.DAMAGED_ROWS || condition == SegmentCondition.DAMAGED;
    }

    Set<Object> boxedLostKeys() {
        return IntStream.range(0, lostKeys.size())
                .mapToObj(lostKeys::getObject)
                .collect(Collectors.toSet());
    }

    /** The same, with only those lost keys that are in a set. */
    CheckedSegment onlyLost(Set<Object> lost) {
        int[] positions =
                IntStream.range(0, lostKeys.size())
                        .filter(position -> lost.contains(lostKeys.getObject(position)))
                        .toArray();
        return new CheckedSegment(
                file, condition, rows, badRows, lostKeys.select(positions), problem);
    }
}
