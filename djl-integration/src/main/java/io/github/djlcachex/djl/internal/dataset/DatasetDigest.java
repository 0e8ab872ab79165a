package io.github.djlcachex.djl.internal.dataset;

import io.github.djlcachex.djl.internal.hash.RowHash;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The digest of a dataset: its number of rows, and the hashes of {@value #SAMPLES} rows at even
 * distances, the first and the last among them.
 *
 * <p>An insertion or a removal shifts the rows after it, which changes the former last row unless
 * it equals its neighbour. A row that was replaced in place, or rows that changed places, are
 * noticed only if a sampled row is among them.
 *
 * @param size the number of rows
 * @param hashes hex of the content hashes, by index
 */
record DatasetDigest(long size, SortedMap<Long, String> hashes) {

    private static final int SAMPLES = 16;
    private static final int MAX_LINES = 64;
    private static final String FIRST = "dataset 1";
    private static final String HASH = "[0-9a-f]{" + 2 * RowHash.BYTES + "}";

    DatasetDigest {
        hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
    }

    /** Returns the indices to sample, ascending. */
    static long[] samples(long size) {
        return LongStream.range(0, size == 0 ? 0 : SAMPLES)
                .map(i -> (long) ((double) i / (SAMPLES - 1) * (size - 1)))
                .distinct()
                .toArray();
    }

    String text() {
        StringBuilder text = new StringBuilder(FIRST + "\nsize " + size + "\n");
        hashes.forEach((index, hash) -> text.append(index).append(' ').append(hash).append('\n'));
        return text.toString();
    }

    /** Returns the digest in a text, or empty if the text is of another version. */
    static Optional<DatasetDigest> parse(String text) {
        List<String> lines = text.lines().limit(MAX_LINES).toList();
        if (lines.size() < 2
                || !lines.get(0).equals(FIRST)
                || !lines.get(1).matches("size [0-9]{1,18}")) {
            return Optional.empty();
        }
        long size = Long.parseLong(lines.get(1).substring("size ".length()));
        SortedMap<Long, String> hashes = new TreeMap<>();
        for (String line : lines.subList(2, lines.size())) {
            if (!line.matches("[0-9]{1,18} " + HASH)) {
                return Optional.empty();
            }
            int space = line.indexOf(' ');
            hashes.put(Long.parseLong(line.substring(0, space)), line.substring(space + 1));
        }
        boolean within = hashes.isEmpty() || hashes.lastKey() < size;
        return within ? Optional.of(new DatasetDigest(size, hashes)) : Optional.empty();
    }

    /**
     * Describes how another state of the dataset differs, if ids by index are wrong for it. More
     * rows at the end, or fewer, are no such difference.
     */
    Optional<String> changeTo(DatasetSample now) {
        SortedMap<Long, String> then = hashes.headMap(now.size());
        List<Long> changed =
                then.entrySet().stream()
                        .filter(e -> differs(e.getValue(), now.hashAt(e.getKey())))
                        .map(Map.Entry::getKey)
                        .toList();
        boolean moved = changed.isEmpty() && lastRowMovedTo(now);
        if (changed.isEmpty() && !moved) {
            return Optional.empty();
        }
        String rows = "it had " + size + " rows, now " + now.size();
        return Optional.of(
                moved
                        ? rows + "; its last row is still the last, at another index"
                        : rows + "; of " + then.size() + " that were compared " + named(changed));
    }

    /**
     * Tells whether the last row moved. Only this shows rows that were removed between the last two
     * samples.
     */
    private boolean lastRowMovedTo(DatasetSample now) {
        String last = hashes.get(size - 1);
        return now.size() > 0
                && now.size() < size
                && last != null
                && last.equals(now.hashAt(now.size() - 1).orElse(null));
    }

    private static boolean differs(String then, Optional<String> now) {
        return now.isPresent() && !now.get().equals(then);
    }

    private static String named(List<Long> rows) {
        return rows.size() == 1
                ? "row " + rows.get(0) + " has other contents"
                : rows.size() + " have other contents, such as row " + rows.get(0);
    }
}
