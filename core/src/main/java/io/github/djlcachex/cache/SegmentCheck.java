package io.github.djlcachex.cache;

import io.github.djlcachex.row.Keys;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a check found in one segment file.
 *
 * @param file its path
 * @param condition what it is
 * @param rows the rows that it was written with; 0 if that cannot be read any more
 * @param badRows the rows that it costs: those that are not what was written, or all of a file that
 *     cannot be opened
 * @param lostKeys the keys of the bad rows that no intact file has either, as far as the keys can
 *     be read
 * @param problem what is wrong; empty for an intact file
 */
public record SegmentCheck(
        Path file,
        SegmentCondition condition,
        int rows,
        int badRows,
        Keys lostKeys,
        String problem) {

    Set<Object> boxedLostKeys() {
        return IntStream.range(0, lostKeys.size())
                .mapToObj(lostKeys::boxed)
                .collect(Collectors.toSet());
    }

    /** The same, with only those lost keys that are in a set. */
    SegmentCheck onlyLost(Set<Object> lost) {
        int[] positions =
                IntStream.range(0, lostKeys.size())
                        .filter(position -> lost.contains(lostKeys.boxed(position)))
                        .toArray();
        return new SegmentCheck(
                file, condition, rows, badRows, lostKeys.select(positions), problem);
    }
}
