package io.github.djlcachex.spark;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.nio.FloatBuffer;

/** Vectors of floats as the rows of a batch. */
final class FloatVectors {

    private FloatVectors() {}

    /**
     * Copies vectors into a batch of one column.
     *
     * @throws InvalidRowsException if there are none, or they differ in length
     */
    static RowBatch batch(float[][] vectors) {
        int length = vectors.length == 0 ? 0 : vectors[0].length;
        RowBatch batch =
                RowBatch.allocate(
                        RowSchema.of(Column.of(ElementType.FLOAT32, length)), vectors.length);
        FloatBuffer data = batch.buffer(0).asFloatBuffer();
        for (float[] vector : vectors) {
            if (vector.length != length) {
                throw new InvalidRowsException(
                        Problem.of(
                                "vectors of an extractor",
                                "all of one length, as the first: " + length,
                                "one of " + vector.length,
                                "return rows of a schema of your own, by Extractor.ofRows"));
            }
            data.put(vector);
        }
        return batch;
    }
}
