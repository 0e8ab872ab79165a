package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

/**
 * A batch split into the inputs of the wrapped block and the ids.
 *
 * @param inputs the inputs without the ids, names kept
 * @param idArray the array of ids, or null if the batch carries none
 */
record BatchIds(NDList inputs, @Nullable NDArray idArray) {

    /**
     * Splits a batch. Ids are found by their name, otherwise by the configured position.
     *
     * @param idInput the position of the ids, or -1
     * @throws InvalidIdsException if two arrays have the reserved name, or nothing else is there
     */
    static BatchIds split(NDList all, int idInput) {
        int position = positionOfIds(all, idInput);
        NDList inputs = new NDList(all);
        NDArray ids = position < 0 ? null : inputs.remove(position);
        if (inputs.isEmpty()) {
            throw new InvalidIdsException(
                    Problem.of(
                            "batch",
                            "at least one input beside the ids",
                            all.size() + " arrays",
                            "pass the input of the wrapped block too"));
        }
        return new BatchIds(inputs, ids);
    }

    private static int positionOfIds(NDList all, int idInput) {
        int found = -1;
        for (int i = 0; i < all.size(); i++) {
            if (CacheIds.NAME.equals(all.get(i).getName())) {
                if (found >= 0) {
                    throw new InvalidIdsException(
                            Problem.of(
                                    "batch",
                                    "one array named '" + CacheIds.NAME + "'",
                                    "inputs " + found + " and " + i,
                                    "attach the ids of a batch once"));
                }
                found = i;
            }
        }
        return found < 0 && idInput < all.size() ? idInput : found;
    }

    /** Returns the ids of this batch, otherwise those of the thread's scope, otherwise null. */
    @Nullable Keys keys() {
        return idArray == null ? CacheIds.scoped() : IdArrays.decode(idArray);
    }

    /** Tells whether the batch, or the thread's scope, brings ids. */
    boolean hasIds() {
        return idArray != null || CacheIds.scoped() != null;
    }

    /** Returns the number of ids without reading them, or -1 if there are none. */
    int rows() {
        if (idArray != null) {
            Shape shape = idArray.getShape();
            return shape.dimension() == 0 ? -1 : Math.toIntExact(shape.get(0));
        }
        Keys scoped = CacheIds.scoped();
        return scoped == null ? -1 : scoped.size();
    }

    /**
     * Checks that every input has one row for each id.
     *
     * @throws InvalidIdsException if one has not
     */
    void checkRows(int rows, RowSelector selector) {
        for (int i = 0; i < inputs.size(); i++) {
            Shape shape = inputs.get(i).getShape();
            boolean fits = shape.dimension() > 0 && shape.get(0) == rows;
            if (!fits && !selector.isShared(inputs.get(i), i)) {
                throw new InvalidIdsException(
                        Problem.of(
                                "ids",
                                "one for each row of input " + i + ", which has shape " + shape,
                                rows + " ids",
                                "give one id for each row; an input without rows of its own is declared by"
                                        + " optSharedInputs("
                                        + i
                                        + ")"));
            }
        }
    }
}
