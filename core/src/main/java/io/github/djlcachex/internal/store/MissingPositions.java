package io.github.djlcachex.internal.store;

import java.util.Arrays;

/** Positions of a batch in ascending order, as many as are added. For one thread. */
final class MissingPositions {

    private static final int MIN_ROOM = 16;

    private int[] positions = new int[0];
    private int count;

    /** Adds the next position. If it throws, or did, the same one may be added again. */
    void add(int position) {
        if (count > 0 && positions[count - 1] == position) {
            return;
        }
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, 2 * count + MIN_ROOM);
        }
        positions[count++] = position;
    }

    int count() {
        return count;
    }

    int[] toArray() {
        return Arrays.copyOf(positions, count);
    }
}
