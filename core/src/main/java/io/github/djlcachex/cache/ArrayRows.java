package io.github.djlcachex.cache;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.nio.FloatBuffer;
import java.util.Optional;

/** ArrayRows converts between {@code float[]} rows and batches of one FLOAT32 column. */
final class ArrayRows {

    private ArrayRows() {}

    /**
     * Returns the length that all rows have.
     *
     * @throws InvalidRowsException if they are not one a key, or not of one length
     */
    static int lengthOf(int keys, float[][] rows) {
        return lengthOf(keys, rows, "");
    }

    /** The same of rows that a function returned, which a message says. */
    static int lengthOfComputed(int keys, float[][] rows) {
        return lengthOf(keys, rows, " of the function");
    }

    private static int lengthOf(int keys, float[][] rows, String source) {
        if (rows == null || rows.length != keys) {
            throw new InvalidRowsException(
                    Problem.of(
                            "rows" + source,
                            keys + " rows, one an id",
                            rows == null ? "null" : rows.length + " rows",
                            "give as many rows as ids"));
        }
        int length = rows.length == 0 ? 1 : checkedLength(rows[0], 0, source);
        for (int i = 1; i < rows.length; i++) {
            if (checkedLength(rows[i], i, source) != length) {
                throw new InvalidRowsException(
                        Problem.of(
                                "row " + i + source,
                                length + " numbers, as row 0 has",
                                rows[i].length + " numbers",
                                "pad the rows, or use another module id for those of another length"));
            }
        }
        return length;
    }

    private static int checkedLength(float[] row, int position, String source) {
        if (row == null || row.length == 0) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row " + position + source,
                            "1 number or more",
                            row == null ? "null" : "none",
                            "give every id a row"));
        }
        return row.length;
    }

    /** Returns the length of a generation's rows, or 1 if arrays of no length can be its rows. */
    static int lengthOf(Optional<RowSchema> schema) {
        return schema.filter(ArrayRows::isOneFloatColumn)
                .map(columns -> columns.columns().get(0).rowElements())
                .orElse(1);
    }

    /** Returns the generation's columns if rows of a length fit them, else one column of it. */
    static RowSchema schemaOf(Optional<RowSchema> schema, int length) {
        return schema.filter(ArrayRows::isOneFloatColumn)
                .filter(columns -> columns.columns().get(0).rowElements() == length)
                .orElseGet(() -> RowSchema.of(Column.of(ElementType.FLOAT32, length)));
    }

    static boolean isOneFloatColumn(RowSchema schema) {
        return schema.columns().size() == 1
                && schema.columns().get(0).type() == ElementType.FLOAT32
                && !schema.isVariable();
    }

    static RowBatch batchOf(RowSchema schema, float[][] rows) {
        RowBatch batch = RowBatch.allocateOnHeap(schema, rows.length);
        FloatBuffer numbers = batch.buffer(0).asFloatBuffer();
        for (float[] row : rows) {
            numbers.put(row);
        }
        return batch;
    }

    /** Returns the rows of a batch of one FLOAT32 column, each in an array of its own. */
    static float[][] arraysOf(RowBatch batch) {
        float[][] rows = new float[batch.rows()][batch.schema().columns().get(0).rowElements()];
        FloatBuffer numbers = batch.buffer(0).asFloatBuffer();
        for (float[] row : rows) {
            numbers.get(row);
        }
        return rows;
    }

    static void copy(RowBatch batch, float[] into) {
        batch.buffer(0).asFloatBuffer().get(into);
    }
}
