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
 * Converts outputs of one Java type to rows and back.
 *
 * <p>The names of the columns contain the type, so a process that computes nothing returns the same
 * type as the one that stored the rows.
 */
sealed interface OutputKind permits NumbersKind, ArraysKind {

    /** Returns the Java type, for messages. */
    String label();

    /**
     * Creates the output of a row.
     *
     * @param manager the predictor's, for arrays of DJL
     */
    Object read(RowBatch rows, int row, NDManager manager);

    /** Returns the kind of stored rows, or null if no translator's outputs are stored. */
    static @Nullable OutputKind of(RowSchema schema) {
        OutputKind numbers = NumbersKind.parse(schema);
        return numbers == null ? ArraysKind.parse(schema) : numbers;
    }

    /** Tells whether outputs of a type can be rows. Empty and uneven ones still cannot. */
    static boolean isSupported(Object output) {
        return output instanceof NDArray
                || output instanceof NDList
                || NumbersKind.isSupported(output.getClass());
    }

    /**
     * Returns the row of an output, or null if the output is empty, uneven, or of an element type
     * that is not stored.
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

    /** Returns the bytes of a row in one column, from position to limit. */
    static ByteBuffer slice(RowBatch rows, int row, int column) {
        int rowBytes = rows.schema().columns().get(column).rowBytes();
        ByteBuffer all = rows.buffer(column);
        return all.slice(row * rowBytes, rowBytes).order(all.order());
    }
}
