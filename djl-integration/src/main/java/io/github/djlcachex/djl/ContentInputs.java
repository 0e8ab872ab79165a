package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;

import java.util.Set;

/**
 * Selects the inputs that are the content of a row.
 *
 * @param positions their positions, without the ids; none for all that have rows
 * @param mask the position of an input that says which tokens count, or {@link #NO_MASK}
 */
record ContentInputs(Set<Integer> positions, int mask) {

    static final int NO_MASK = -1;

    boolean counts(RowSelector selector, NDArray input, int position) {
        return !selector.isShared(input, position)
                && position != mask
                && (positions.isEmpty() || positions.contains(position));
    }
}
