package io.github.djlcachex.spark;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import org.apache.spark.sql.Row;

/**
 * A RowInputs makes the inputs of a block of one row: what a translator's {@code processInput} does
 * for an object.
 *
 * <p>It is called by one thread a task, and by several at once where a JVM runs several tasks. An
 * exception makes the row a bad one.
 */
@FunctionalInterface
public interface RowInputs {

    /**
     * Returns the inputs of a row, without the axis of a batch.
     *
     * @param row the row
     * @param manager a manager for the arrays, of DJL's default engine; it is closed after the
     *     batch
     * @return the arrays; the shapes of two rows may differ only if the batchifier pads
     * @throws Exception if the row has no such inputs
     */
    NDList of(Row row, NDManager manager) throws Exception;
}
