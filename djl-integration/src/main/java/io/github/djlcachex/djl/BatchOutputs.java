package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

/** The outputs of one batch, while its rows come in one after another. For one thread. */
interface BatchOutputs {

    /**
     * Returns outputs for some rows.
     *
     * @param lengths the lengths of the rows as far as the inputs tell them
     * @throws UnsupportedOutputException if a column's type cannot be an array of this engine
     */
    static BatchOutputs create(Place place, RowSchema schema, int count, OwnLengths lengths) {
        return lengths.padding().isNone()
                ? OutputArrays.create(place, schema, count)
                : new VaryingOutputs(place, schema, count, lengths);
    }

    /** Returns the columns. */
    RowSchema schema();

    /**
     * Copies the rows of a batch that are stored.
     *
     * @param keys the keys of all rows
     * @return the positions without a row, ascending
     */
    int[] read(RowStore store, Keys keys);

    /** Sets a row to one of other rows of the same columns, which are not changed any more. */
    void put(int row, RowBatch source, int sourceRow);

    /**
     * Returns the distance between a row and a computed one, without what rounding does to it.
     *
     * @param computed rows of the same columns
     * @param rounded the same rows as they are stored
     */
    RowDistance distance(int row, RowBatch computed, RowBatch rounded, int computedRow);

    /** Returns the arrays, in the order of the columns. All rows must be there. */
    NDList toList();

    /** Closes the arrays, which are not returned. */
    void discard();
}
