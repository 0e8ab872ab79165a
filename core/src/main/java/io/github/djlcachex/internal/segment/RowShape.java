package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;

/** The shapes that the rows of a variable column may have. */
final class RowShape {

    private static final int SEVERAL = -1;

    private final int[] shape;

    /** The axis that differs from row to row, if it is one alone. */
    private final int variableAxis;

    /** The elements of a row in which that axis has length 1. */
    private final int elementsOfOne;

    RowShape(Column column) {
        this.shape = column.shape();
        int axis = 0;
        int count = 0;
        int elements = 1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == Column.VARIABLE) {
                axis = i;
                count++;
            } else {
                elements *= shape[i];
            }
        }
        this.variableAxis = count == 1 ? axis : SEVERAL;
        this.elementsOfOne = elements;
    }

    /** Tells whether the number of elements tells the shape. */
    boolean followsFromSize() {
        return variableAxis != SEVERAL;
    }

    /** One dimension of a row of so many elements, if that tells it. */
    int dimension(int axis, int elements) {
        return axis == variableAxis ? elements / elementsOfOne : shape[axis];
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
