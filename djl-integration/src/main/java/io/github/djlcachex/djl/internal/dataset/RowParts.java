package io.github.djlcachex.djl.internal.dataset;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * RowParts gives each row of a dataset to one of several parts, whose sizes are to be as given
 * weights.
 *
 * <p>All sizes are computed in whole numbers, so that they are the same on every machine.
 */
public final class RowParts {

    private final long[] weights;
    private final long sum;
    private final RowValues labels;
    private final @Nullable RowValues groups;

    /**
     * Creates the parts.
     *
     * @param weights the size of each part, against their sum; at most 1e9
     * @param labels the label of each row, or null if all rows are alike
     * @param groups the group of each row, or null if each row is one of its own
     */
    public RowParts(
            int rows, long[] weights, @Nullable RowValues labels, @Nullable RowValues groups) {
        this.weights = weights.clone();
        this.sum = Arrays.stream(weights).sum();
        this.labels = labels == null ? RowValues.same(rows) : labels;
        this.groups = groups;
    }

    /**
     * Returns the part of each row.
     *
     * @param order all rows, in the order in which they are dealt out
     * @param sizesAsTheyAre whether the largest groups come first; else groups of about one size
     *     stay in their order
     */
    public int[] of(int[] order, boolean sizesAsTheyAre) {
        RowValues grouped = groups;
        return grouped == null ? dealt(order) : placed(order, grouped, sizesAsTheyAre);
    }

    /** Deals out the rows of each label, one label after the other. */
    private int[] dealt(int[] order) {
        int[] partOf = new int[order.length];
        long[] taken = new long[weights.length];
        int[][] rowsOf = rowsOf(order, labels);
        long seen = 0;
        for (int[] rows : rowsOf) {
            seen += rows.length;
            int next = 0;
            int[] sizes = sizes(rows.length, seen, taken);
            for (int part = 0; part < sizes.length; part++) {
                Arrays.stream(rows, next, next + sizes[part]).forEach(fill(partOf, part));
                next += sizes[part];
                taken[part] += sizes[part];
            }
        }
        return partOf;
    }

    private static IntConsumer fill(int[] partOf, int part) {
        return row -> partOf[row] = part;
    }

    private static int[][] rowsOf(int[] order, RowValues values) {
        int[][] rowsOf = new int[values.size()][];
        int[] filled = new int[values.size()];
        Arrays.setAll(rowsOf, code -> new int[values.count(code)]);
        for (int row : order) {
            int code = values.of(row);
            rowsOf[code][filled[code]++] = row;
        }
        return rowsOf;
    }

    /**
     * Returns how many rows of a label each part gets: its share, rounded down, and one row more
     * for the parts that are furthest behind. So each label is within one row of its share, and
     * parts of one weight are within one row of each other.
     */
    private int[] sizes(int rows, long seen, long[] taken) {
        int[] sizes = new int[weights.length];
        int left = rows;
        for (int part = 0; part < sizes.length; part++) {
            sizes[part] = (int) (rows * weights[part] / sum);
            left -= sizes[part];
        }
        IntStream.range(0, sizes.length)
                .boxed()
                .filter(part -> rows * weights[part] % sum != 0)
                .sorted(Comparator.comparingLong(part -> behind(part, seen, taken, sizes)))
                .limit(left)
                .forEach(part -> sizes[part]++);
        return sizes;
    }

    /** Returns by how much a part is ahead of its share of the rows seen, times the sum. */
    private long behind(int part, long seen, long[] taken, int[] sizes) {
        return (taken[part] + sizes[part]) * sum - seen * weights[part];
    }

    /** Gives each group, the large ones first, to the part whose labels it brings nearest. */
    private int[] placed(int[] order, RowValues grouped, boolean sizesAsTheyAre) {
        int[] partOf = new int[order.length];
        long[][] taken = new long[weights.length][labels.size()];
        List<int[]> largeFirst = new ArrayList<>(List.of(inOrder(order, grouped)));
        largeFirst.sort(Comparator.comparingInt(rows -> -sizeOf(rows, sizesAsTheyAre)));
        int empty = weights.length;
        int left = largeFirst.size();
        for (int[] rows : largeFirst) {
            int part = bestPart(labelsOf(rows), taken, left == empty);
            empty -= isEmpty(taken[part]) ? 1 : 0;
            left--;
            for (int row : rows) {
                partOf[row] = part;
                taken[part][labels.of(row)]++;
            }
        }
        return partOf;
    }

    private static int sizeOf(int[] rows, boolean sizesAsTheyAre) {
        return sizesAsTheyAre ? rows.length : Integer.highestOneBit(rows.length);
    }

    /** Returns the rows of each group; the group of the first row comes first. */
    private static int[][] inOrder(int[] order, RowValues grouped) {
        int[][] rowsOf = rowsOf(order, grouped);
        return Arrays.stream(order)
                .map(grouped::of)
                .distinct()
                .mapToObj(code -> rowsOf[code])
                .toArray(int[][]::new);
    }

    private long[] labelsOf(int[] rows) {
        long[] counts = new long[labels.size()];
        for (int row : rows) {
            counts[labels.of(row)]++;
        }
        return counts;
    }

    private int bestPart(long[] group, long[][] taken, boolean emptyAlone) {
        int best = -1;
        double bestChange = Double.POSITIVE_INFINITY;
        for (int part = 0; part < weights.length; part++) {
            double change = change(part, group, taken[part]);
            boolean allowed = !emptyAlone || isEmpty(taken[part]);
            if (allowed && (best < 0 || change < bestChange)) {
                best = part;
                bestChange = change;
            }
        }
        return best;
    }

    /** Returns by how much a group changes the chi-square distance of a part from its share. */
    private double change(int part, long[] group, long[] taken) {
        double change = 0;
        for (int label = 0; label < group.length; label++) {
            if (group[label] > 0) {
                double share = (double) labels.count(label) * weights[part] / sum;
                change += group[label] * (group[label] + 2 * (taken[label] - share)) / share;
            }
        }
        return change;
    }

    private static boolean isEmpty(long[] counts) {
        return Arrays.stream(counts).allMatch(count -> count == 0);
    }
}
