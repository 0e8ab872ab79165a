package io.github.djlcachex.djl.internal.dataset;

import ai.djl.training.dataset.Batch;

import io.github.djlcachex.djl.UnsupportedDatasetException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Reads which rows of its dataset a batch has. */
public final class BatchIndices {

    private BatchIndices() {}

    /**
     * Returns the indices of a batch's rows.
     *
     * @throws UnsupportedDatasetException if the batch does not tell them
     */
    public static long[] of(Batch batch) {
        List<?> indices = batch.getIndices();
        if (indices == null || indices.size() != batch.getSize()) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "batch of a dataset",
                            "the indices of its " + batch.getSize() + " rows",
                            indices == null ? "no indices" : indices.size() + " indices",
                            "only a RandomAccessDataset tells them: give the ids by CacheIds.attach or"
                                    + " CacheIds.scope in your own loop"));
        }
        long[] numbers = new long[indices.size()];
        int position = 0;
        for (Object index : indices) {
            numbers[position] = indexOf(index, position);
            position++;
        }
        return numbers;
    }

    private static long indexOf(@Nullable Object index, int position) {
        if (index instanceof Long || index instanceof Integer) {
            long number = ((Number) index).longValue();
            if (number >= 0) {
                return number;
            }
        }
        throw new UnsupportedDatasetException(
                Problem.of(
                        "batch of a dataset",
                        "indices that are numbers from 0",
                        describe(index) + " at position " + position,
                        "give the ids by CacheIds.attach or CacheIds.scope in your own loop"));
    }

    private static String describe(@Nullable Object index) {
        return index == null
                ? "null"
                : index.getClass().getName() + (index instanceof Number ? " " + index : "");
    }
}
