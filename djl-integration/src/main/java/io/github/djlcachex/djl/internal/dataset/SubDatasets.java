package io.github.djlcachex.djl.internal.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;

import io.github.djlcachex.djl.UnsupportedDatasetException;
import io.github.djlcachex.row.Problem;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Checks DJL's parts of datasets before their rows get ids. */
public final class SubDatasets {

    private static final int CHUNK_ROWS = 1024;

    private SubDatasets() {}

    /**
     * Tells whether a dataset was made by {@code subDataset} or {@code randomSplit}. The indices of
     * its batches start at 0.
     */
    public static boolean isPart(Dataset dataset) {
        Class<?> outer = dataset.getClass().getEnclosingClass();
        return outer == RandomAccessDataset.class || outer == ArrayDataset.class;
    }

    /**
     * Returns a dataset whose rows can be read one by one.
     *
     * @throws UnsupportedDatasetException if it is none
     */
    public static RandomAccessDataset rowsOf(Dataset dataset) {
        if (dataset instanceof RandomAccessDataset rows) {
            return rows;
        }
        throw new UnsupportedDatasetException(
                Problem.of(
                        "dataset of the inputs",
                        "a RandomAccessDataset with ids",
                        dataset.getClass().getName(),
                        "only such a dataset reads single rows: extend RandomAccessDataset"));
    }

    /**
     * Checks that the ids of a part are its rows' own.
     *
     * @throws UnsupportedDatasetException if they follow from indices
     */
    public static void checkIds(Dataset dataset, RowIds ids) {
        if (isPart(dataset) && !ids.fitsParts()) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "part of a dataset",
                            "listed ids, one for each of its rows",
                            "ids that follow from indices, which count from 0 within each part",
                            "split with Folds, or list the ids of the part's rows with withIds"));
        }
    }

    /**
     * Checks that a part of an {@code ArrayDataset} returns the same rows by range as by index.
     *
     * <p>The results of {@code ArrayDataset.randomSplit} do not: for consecutive indices, and so
     * for every batch of size 1, they return rows as if nothing had been shuffled.
     *
     * @throws UnsupportedDatasetException if it does not
     */
    public static void checkRanges(Dataset dataset, NDManager manager) {
        if (!isPart(dataset) || !(dataset instanceof ArrayDataset arrays)) {
            return;
        }
        for (long from = 0; from < arrays.size(); from += CHUNK_ROWS) {
            long to = Math.min(arrays.size(), from + CHUNK_ROWS);
            if (!sameRows(arrays, manager, from, to)) {
                throw new UnsupportedDatasetException(
                        Problem.of(
                                "dataset made by ArrayDataset.randomSplit",
                                "the rows that its indices say",
                                "other rows in batches of consecutive indices",
                                "split with Folds, or subDataset(List) and explicit ids; or put the ids into"
                                        + " the dataset as one more array, and use optIdInput"));
            }
        }
    }

    private static boolean sameRows(ArrayDataset arrays, NDManager manager, long from, long to) {
        try (NDManager scratch = manager.newSubManager()) {
            NDList byRange = arrays.getByRange(scratch, from, to).getData();
            long[] indices = LongStream.range(from, to).toArray();
            NDList byIndex = arrays.getByIndices(scratch, indices).getData();
            for (int i = 0; i < byRange.size(); i++) {
                if (!sameValues(byRange.get(i), byIndex.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Compares texts as texts: PyTorch crashes when it is asked for their bytes. */
    private static boolean sameValues(NDArray left, NDArray right) {
        return left.getDataType() == DataType.STRING
                ? Arrays.equals(
                        left.toStringArray(StandardCharsets.UTF_8),
                        right.toStringArray(StandardCharsets.UTF_8))
                : left.toByteBuffer().equals(right.toByteBuffer());
    }
}
