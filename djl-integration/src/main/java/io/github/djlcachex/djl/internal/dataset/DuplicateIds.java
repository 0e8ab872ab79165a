package io.github.djlcachex.djl.internal.dataset;

import io.github.djlcachex.djl.InvalidIdsException;
import io.github.djlcachex.row.Problem;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/**
 * Rows that share an id with another row. All but one of them would get the features of another
 * row.
 *
 * @param rows how many rows do
 * @param looked how many rows were looked at
 * @param example one of the ids
 * @param first the index of a row that has it
 * @param second the index of another
 */
public record DuplicateIds(long rows, long looked, String example, long first, long second) {

    /** The largest number of rows for which an id function is called. */
    static final int MAX_ROWS = 1_000_000;

    private static final int MAX_EXAMPLE_LENGTH = 80;

    /** The time limit of the search, since an id function may read a file for each row. */
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int ROWS_BETWEEN_CLOCKS = 256;

    public static Optional<DuplicateIds> among(long[] ids) {
        return among(ids, index -> Long.toString(ids[(int) index]));
    }

    public static Optional<DuplicateIds> among(List<String> ids) {
        Map<String, Integer> counts = new HashMap<>();
        ids.forEach(id -> counts.merge(id, 1, Integer::sum));
        if (counts.size() == ids.size()) {
            return Optional.empty();
        }
        counts.values().removeIf(n -> n == 1);
        long rows = counts.values().stream().mapToLong(n -> n).sum();
        String example = ids.stream().filter(counts::containsKey).findFirst().orElseThrow();
        int first = ids.indexOf(example);
        int second = first + 1 + ids.subList(first + 1, ids.size()).indexOf(example);
        return Optional.of(new DuplicateIds(rows, ids.size(), cut(example), first, second));
    }

    /** Compares the ids that a function gives to the first rows. */
    static Optional<DuplicateIds> ofLongs(LongUnaryOperator idOfIndex, long rows) {
        return among(asked(idOfIndex, rows), index -> Long.toString(idOfIndex.applyAsLong(index)));
    }

    /** Compares hashes of the ids, of which a million take 8 MB, and the texts of the example. */
    static Optional<DuplicateIds> ofStrings(LongFunction<String> idOfIndex, long rows) {
        long[] hashes = asked(index -> hash(idOfIndex.apply(index)), rows);
        return among(hashes, idOfIndex)
                .filter(d -> idOfIndex.apply(d.first).equals(idOfIndex.apply(d.second)));
    }

    private static long[] asked(LongUnaryOperator function, long rows) {
        long[] ids = new long[(int) Math.min(rows, MAX_ROWS)];
        long start = System.nanoTime();
        for (int i = 0; i < ids.length; i++) {
            if (i % ROWS_BETWEEN_CLOCKS == 0 && System.nanoTime() - start > MAX_NANOS) {
                return Arrays.copyOf(ids, i);
            }
            ids[i] = function.applyAsLong(i);
        }
        return ids;
    }

    private static Optional<DuplicateIds> among(long[] ids, LongFunction<String> text) {
        long[] sorted = ids.clone();
        Arrays.sort(sorted);
        if (distinct(sorted)) {
            return Optional.empty();
        }
        LongPredicate shared = id -> isShared(sorted, id);
        long rows = Arrays.stream(ids).filter(shared).count();
        int first = 0;
        while (!shared.test(ids[first])) {
            first++;
        }
        int second = first + 1;
        while (ids[second] != ids[first]) {
            second++;
        }
        return Optional.of(
                new DuplicateIds(rows, ids.length, cut(text.apply(first)), first, second));
    }

    private static boolean isShared(long[] sorted, long id) {
        int at = Arrays.binarySearch(sorted, id);
        boolean before = at > 0 && sorted[at - 1] == id;
        boolean after = at + 1 < sorted.length && sorted[at + 1] == id;
        return before || after;
    }

    private static boolean distinct(long[] sorted) {
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                return false;
            }
        }
        return true;
    }

    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte unit : text.getBytes(StandardCharsets.UTF_16LE)) {
            hash = (hash ^ (unit & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private static String cut(String text) {
        return text.length() > MAX_EXAMPLE_LENGTH
                ? text.substring(0, MAX_EXAMPLE_LENGTH) + "..."
                : text;
    }

    /** Returns the exception that refuses listed ids. */
    public InvalidIdsException refusal() {
        return new InvalidIdsException(
                Problem.of(
                        "listed ids",
                        "another id for each row",
                        toString(),
                        "rows with one id share one row of features: list the ids anew, or use"
                                + " withRepeatedIds if these rows are the same sample"));
    }

    @Override
    public String toString() {
        return rows
                + " of "
                + looked
                + " rows that share ids, such as '"
                + example
                + "' of rows "
                + first
                + " and "
                + second;
    }
}
