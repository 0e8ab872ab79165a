package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Nesting makes rows of lists, and rows of other shapes. */
public final class Nesting {

    private static final int MAX_RANK = 32;

    private Nesting() {}

    /** Returns rows that are lists of so many values each. */
    public static ColumnData fixed(String subject, int rows, int length, ColumnData values) {
        if (values.isUniform()) {
            return values.rows() == 0 && rows == 0
                    ? ColumnData.uniform(values.type(), values.values(), 0, with(length, values, 0))
                    : ColumnData.uniform(
                            values.type(), values.values(), rows, with(length, values, 0));
        }
        int[] starts = new int[rows + 1];
        Arrays.setAll(starts, row -> row * length);
        return of(subject, starts, values);
    }

    /**
     * Returns rows that are lists of values: row {@code i} has those from {@code starts[i]} on.
     *
     * @param subject the column, for the refusal of rows whose values differ in shape
     */
    public static ColumnData of(String subject, int[] starts, ColumnData values) {
        int rows = starts.length - 1;
        int[][] shapes = new int[rows][];
        int[] elements = new int[rows + 1];
        boolean isUniform = rows > 0;
        for (int row = 0; row < rows; row++) {
            int length = starts[row + 1] - starts[row];
            boolean sameLength = row > 0 && shapes[row - 1][0] == length;
            if (sameLength && values.isUniform()) {
                shapes[row] = shapes[row - 1];
            } else {
                shapes[row] = with(length, values, Math.min(starts[row], values.rows() - 1));
                isUniform &= row == 0 || Arrays.equals(shapes[row], shapes[row - 1]);
            }
            if (!values.isUniform() && !haveOneShape(values, starts[row], starts[row + 1])) {
                throw Refusals.rows(
                        subject,
                        "lists of one length within a row",
                        "lists of several lengths",
                        "pad them, or store each list as a row");
            }
            elements[row] = values.start(starts[row]);
        }
        elements[rows] = values.start(starts[rows]);
        return isUniform
                ? ColumnData.uniform(values.type(), values.values(), rows, shapes[0])
                : ColumnData.varying(values.type(), values.values(), elements, shapes);
    }

    private static int[] with(int length, ColumnData values, int value) {
        int[] inner =
                values.rows() == 0 && !values.isUniform()
                        ? new int[0]
                        : values.shape(Math.max(0, value));
        int[] shape = new int[inner.length + 1];
        shape[0] = length;
        System.arraycopy(inner, 0, shape, 1, inner.length);
        return shape;
    }

    private static boolean haveOneShape(ColumnData values, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (!Arrays.equals(values.shape(i), values.shape(from))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the elements of rows in the shapes that another column has for them. */
    public static ColumnData shaped(ColumnData data, ColumnData shapes, String subject) {
        if (!shapes.type().isInteger() || data.rows() != shapes.rows()) {
            throw Refusals.rows(
                    subject, "a shape of integers for each row", "others", "write the file anew");
        }
        int[][] ofRows = new int[data.rows()][];
        int[] starts = new int[data.rows() + 1];
        boolean isUniform = data.rows() > 0;
        for (int row = 0; row < ofRows.length; row++) {
            int[] shape = shape(shapes, row, subject);
            starts[row + 1] = data.start(row + 1);
            checkElements(shape, starts[row + 1] - starts[row], row, subject);
            isUniform &= row == 0 || Arrays.equals(shape, ofRows[row - 1]);
            ofRows[row] = shape;
        }
        return isUniform
                ? ColumnData.uniform(data.type(), data.values(), data.rows(), ofRows[0])
                : ColumnData.varying(data.type(), data.values(), starts, ofRows);
    }

    private static int[] shape(ColumnData shapes, int row, String subject) {
        int from = shapes.start(row);
        int rank = shapes.start(row + 1) - from;
        if (rank > MAX_RANK) {
            throw Refusals.rows(
                    subject, "at most " + MAX_RANK + " dimensions", rank + "", "reshape the rows");
        }
        int[] shape = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            long length = Numbers.integer(shapes, from + axis);
            if (length < 0 || length > Integer.MAX_VALUE) {
                throw Refusals.rows(
                        subject,
                        "dimensions of 0 to " + Integer.MAX_VALUE,
                        Long.toString(length),
                        "write the file anew");
            }
            shape[axis] = (int) length;
        }
        return shape;
    }

    private static void checkElements(int[] shape, int elements, int row, String subject) {
        long product = 1;
        for (int length : shape) {
            product = Math.min(product * length, Integer.MAX_VALUE + 1L);
        }
        if (product != elements) {
            throw Refusals.rows(
                    subject + ", row " + row,
                    product + " elements for shape " + Arrays.toString(shape),
                    elements + " elements",
                    "write the file anew");
        }
    }

    /** Returns some of the values, by their numbers. */
    public static ColumnData select(ColumnData values, int[] selected) {
        LeafType type = values.type();
        int[] starts = new int[selected.length + 1];
        int[][] shapes = new int[selected.length][];
        for (int i = 0; i < selected.length; i++) {
            int from = values.start(selected[i]);
            starts[i + 1] = Math.addExact(starts[i], values.start(selected[i] + 1) - from);
            shapes[i] = values.shape(selected[i]);
        }
        int width = type.byteWidth();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(starts[selected.length], width));
        for (int i = 0; i < selected.length; i++) {
            int length = (starts[i + 1] - starts[i]) * width;
            bytes.put(
                    starts[i] * width, values.values(), values.start(selected[i]) * width, length);
        }
        if (type.isBytes()) {
            return ColumnData.bytes(type, bytes, starts);
        }
        return values.isUniform()
                ? ColumnData.uniform(type, bytes, selected.length, values.shape(0))
                : ColumnData.varying(type, bytes, starts, shapes);
    }
}
