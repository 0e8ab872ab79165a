package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * ChosenRows are some rows of one segment: all, a list of a few, or a set of bits. Immutable, and
 * small when it is serialized.
 */
final class ChosenRows implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int end;
    private final int count;
    private final int @Nullable [] list; // ascending
    private final @Nullable BitSet set;

    private ChosenRows(int end, int count, int @Nullable [] list, @Nullable BitSet set) {
        this.end = end;
        this.count = count;
        this.list = list;
        this.set = set;
    }

    /** All rows of a segment of so many. */
    static ChosenRows all(int rows) {
        return new ChosenRows(rows, rows, null, null);
    }

    /** Some rows of a segment of so many; the set is copied. */
    static ChosenRows of(BitSet chosen, int rows) {
        int count = chosen.cardinality();
        if (count == rows) {
            return all(rows);
        }
        int end = chosen.length();
        boolean few = (long) count * Integer.SIZE <= end;
        return few
                ? new ChosenRows(end, count, chosen.stream().toArray(), null)
                : new ChosenRows(end, count, null, BitSet.valueOf(chosen.toLongArray()));
    }

    int count() {
        return count;
    }

    boolean contains(int row) {
        return next(row) == row;
    }

    /** The first chosen row from one on, or -1. */
    int next(int from) {
        if (from >= end) {
            return -1;
        }
        if (set != null) {
            return set.nextSetBit(from);
        }
        return list == null ? from : nextListed(list, from);
    }

    private static int nextListed(int[] list, int from) {
        int found = Arrays.binarySearch(list, from);
        return list[found >= 0 ? found : -found - 1]; // the last one is not smaller
    }
}
