package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.translate.Batchifier;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** RowLabels are the labels of a dataset's rows, by index. */
interface RowLabels {

    /** The number of labels if any number of rows has some. */
    long ANY = -1;

    /** Returns the labels of some rows, as arrays with a batch dimension. */
    NDList batch(NDManager manager, long[] indices);

    /** Returns the number of labels, or {@link #ANY}. */
    default long size() {
        return ANY;
    }

    /** Returns the labels of one row, without a batch dimension. */
    default NDList row(NDManager manager, long index) {
        NDList row = new NDList();
        for (NDArray one : batch(manager, new long[] {index})) {
            row.add(one.get(0));
            one.close();
        }
        return row;
    }

    /**
     * Checks that each row has labels.
     *
     * @throws InvalidOptionException if the number of labels is not that of the rows
     */
    default void checkSize(long rows) {
        if (size() != ANY && size() != rows) {
            throw new InvalidOptionException(
                    Problem.of(
                            "labels",
                            rows + " labels, one for each row",
                            size() + " labels",
                            "list the labels of all rows, in the order of the ids"));
        }
    }

    /** Returns the labels of rows that have none. */
    static RowLabels none() {
        return new ByRow((manager, index) -> new NDList());
    }

    static RowLabels of(long[] labels) {
        return new Listed(labels.length, (m, rows) -> m.create(longs(labels, rows)));
    }

    static RowLabels of(int[] labels) {
        return new Listed(labels.length, (m, rows) -> m.create(ints(labels, rows)));
    }

    static RowLabels of(float[] labels) {
        return new Listed(labels.length, (m, rows) -> m.create(floats(labels, rows)));
    }

    /**
     * Returns the labels in arrays of one row for each label. The caller's arrays must stay open.
     *
     * @throws InvalidOptionException if there is no array, or the arrays have other numbers of rows
     */
    static RowLabels of(List<NDArray> arrays) {
        long[] sizes = arrays.stream().mapToLong(RowLabels::rowsOf).distinct().toArray();
        Options.check(
                sizes.length == 1 && sizes[0] >= 0,
                "labels",
                "arrays of as many rows as the dataset",
                arrays.stream().map(NDArray::getShape).toList());
        return new OfArrays(arrays, sizes[0]);
    }

    private static long rowsOf(NDArray array) {
        return array.getShape().dimension() == 0 ? -1 : array.getShape().get(0);
    }

    static RowLabels of(LabelFunction labels) {
        return new ByRow(labels);
    }

    private static long[] longs(long[] labels, long[] rows) {
        return Arrays.stream(rows).map(row -> labels[(int) row]).toArray();
    }

    private static int[] ints(int[] labels, long[] rows) {
        return Arrays.stream(rows).mapToInt(row -> labels[(int) row]).toArray();
    }

    private static float[] floats(float[] labels, long[] rows) {
        float[] selected = new float[rows.length];
        IntStream.range(0, rows.length).forEach(i -> selected[i] = labels[(int) rows[i]]);
        return selected;
    }

    /** Makes one array of the labels of some rows. */
    interface Selection {
        NDArray of(NDManager manager, long[] indices);
    }

    /**
     * Labels that were listed as numbers.
     *
     * @param size how many
     * @param selection the labels of some rows
     */
    record Listed(long size, Selection selection) implements RowLabels {

        @Override
        public NDList batch(NDManager manager, long[] indices) {
            return new NDList(selection.of(manager, indices));
        }
    }

    /**
     * Labels in arrays.
     *
     * @param arrays the arrays
     * @param size the rows of each
     */
    record OfArrays(List<NDArray> arrays, long size) implements RowLabels {

        @Override
        public NDList batch(NDManager manager, long[] indices) {
            NDList labels = new NDList(arrays.size());
            try (NDArray rows = manager.create(indices)) {
                NDIndex index = new NDIndex("{}", rows);
                for (NDArray array : arrays) {
                    NDArray selected = array.get(manager, index);
                    selected.setName(array.getName());
                    labels.add(selected);
                }
            }
            return labels;
        }
    }

    /**
     * Labels that a function gives.
     *
     * @param function the function
     */
    record ByRow(LabelFunction function) implements RowLabels {

        @Override
        public NDList row(NDManager manager, long index) {
            return function.labelsOf(manager, index);
        }

        @Override
        public NDList batch(NDManager manager, long[] indices) {
            NDList[] rows = new NDList[indices.length];
            Arrays.setAll(rows, i -> row(manager, indices[i]));
            NDList batch = Batchifier.STACK.batchify(rows);
            Arrays.stream(rows).forEach(NDList::close);
            return batch;
        }
    }
}
