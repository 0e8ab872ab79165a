package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;

/** The shapes that the rows of a variable column may have. */
final class RowShape {

    private final int[] shape;

    RowShape(Column column) {
        this.shape = column.shape();
    }

    int rank() {
        return shape.length;
    }

    /** Tells whether dimensions are those of a row of so many elements. */
    boolean accepts(int[] dimensions, long elements) {
        long product = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            int length = dimensions[axis];
            if (length < 0 || (shape[axis] != Column.VARIABLE && length != shape[axis])) {
                return false;
            }
            product = Math.min(product * length, 1L << (Integer.SIZE - 1)); // stays a long
        }
        return product == elements;
    }
}
