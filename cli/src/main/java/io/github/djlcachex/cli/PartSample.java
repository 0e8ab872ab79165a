package io.github.djlcachex.cli;

import io.github.djlcachex.cache.SnapshotPart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A PartSample chooses the files that a share of the rows is taken from, so that the others are not
 * read. It takes more files than the share needs, since the rows of a file are alike; of the rows
 * of the chosen files it takes so many that the share of all rows comes out.
 *
 * @param parts the chosen files, in their order
 * @param share the share of their rows, above 0 and at most 1
 */
record PartSample(List<SnapshotPart> parts, double share) {

    /** So many files at least, if there are as many. */
    private static final int LEAST_PARTS = 16;

    /** So many times the share of the files. */
    private static final double SPREAD = 4;

    static PartSample of(List<SnapshotPart> parts, double share, long seed) {
        long all = bytes(parts);
        double needed = Math.min(1, share * SPREAD) * all;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        List<Integer> chosen = new ArrayList<>();
        long bytes = 0;
        for (int i : order) {
            if (share < 1 && bytes >= needed && chosen.size() >= LEAST_PARTS) {
                break;
            }
            chosen.add(i);
            bytes += parts.get(i).bytes();
        }
        List<SnapshotPart> taken = chosen.stream().sorted().map(parts::get).toList();
        return new PartSample(taken, bytes == 0 ? 1 : Math.min(1, share * all / bytes));
    }

    private static long bytes(List<SnapshotPart> parts) {
        return parts.stream().mapToLong(SnapshotPart::bytes).sum();
    }
}
