package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.RowBatch;

/** The rows of one column of an open segment. */
sealed interface ColumnRows permits HeapColumn, VariableHeapColumn {

    /** Keeps a row of a batch. */
    void set(int row, RowBatch batch, int column, int position);

    /**
     * Copies a row into a batch, if that has room for just its shape.
     *
     * @return false if it has not
     */
    boolean get(int row, RowBatch into, int column, int position);

    /**
     * Reads the shape of a row of a variable column.
     *
     * @return false if what is there is no shape, since the memory was recycled
     */
    boolean readShape(int row, int[] dimensions);

    void recycle();
}
