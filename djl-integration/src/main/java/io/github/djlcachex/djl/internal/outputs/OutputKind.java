package io.github.djlcachex.djl.internal.outputs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * The way in which outputs of one Java type are rows.
 *
 * <p>The type is in the names of the columns, so that it is as certain as the rows are: a process
 * that computes nothing returns what the one did that stored them.
 */
sealed interface OutputKind permits NumbersKind, ArraysKind {

    /** Returns the Java type, for messages. */
    String label();

    /**
     * Returns the output that a row was made of, as a new object.
     *
     * @param manager the predictor's, for arrays of DJL
     */
    Object read(RowBatch rows, int row, NDManager manager);

    /** Returns the kind of stored rows, or null if they are none of a translator's outputs. */
    static @Nullable OutputKind of(RowSchema schema) {
        OutputKind numbers = NumbersKind.parse(schema);
        return numbers == null ? ArraysKind.parse(schema) : numbers;
    }

    /** Tells whether outputs of a type are rows, unless they are empty or uneven. */
    static boolean isSupported(Object output) {
        return output instanceof NDArray
                || output instanceof NDList
                || NumbersKind.isSupported(output.getClass());
    }

    /**
     * Returns an output as a row, or null if it is none: empty, with parts of several lengths, or
     * of a type of element that is not stored.
     *
     * @param manager the predictor's: what belongs to it does so when it comes from the cache
     */
    static @Nullable OutputRow rowOf(Object output, NDManager manager) {
        try {
            return output instanceof NDArray || output instanceof NDList
                    ? ArraysKind.rowOf(output, manager)
                    : NumbersKind.rowOf(output);
        } catch (InvalidRowsException e) {
            return null;
        }
    }

    /** Returns the bytes of one row in one column, from their position to their limit. */
    static ByteBuffer slice(RowBatch rows, int row, int column) {
        int rowBytes = rows.schema().columns().get(column).rowBytes();
        ByteBuffer all = rows.buffer(column);
        return all.slice(row * rowBytes, rowBytes).order(all.order());
    }
}
