package io.github.djlcachex.interop.spi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * ColumnData is one column of some rows of a file: the elements of all rows without gaps, and the
 * shape of each row. It holds no nulls: a reader refuses a null in a column that is asked for.
 */
public final class ColumnData {

    private static final int[] NONE = {};

    private final LeafType type;
    private final ByteBuffer values;
    private final int rows;
    private final int rowElements;
    private final int[] starts; // empty if all rows have one shape
    private final int[][] shapes; // of each row, or of all

    private ColumnData(
            LeafType type,
            ByteBuffer values,
            int rows,
            int rowElements,
            int[] starts,
            int[][] shapes) {
        this.type = type;
        this.values = values.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.rows = rows;
        this.rowElements = rowElements;
        this.starts = starts;
        this.shapes = shapes;
    }

    /**
     * Returns a column whose rows have one shape.
     *
     * @param type the type of the elements, neither texts nor blobs
     * @param values the elements of all rows, from the buffer's position to its limit
     * @param rows the number of rows
     * @param shape the shape of a row; empty if a row is one number
     * @return the column
     */
    public static ColumnData uniform(LeafType type, ByteBuffer values, int rows, int... shape) {
        return new ColumnData(type, values, rows, elements(shape), NONE, new int[][] {shape});
    }

    /**
     * Returns a column whose rows differ in shape.
     *
     * @param type the type of the elements, neither texts nor blobs
     * @param values the elements of all rows, from the buffer's position to its limit
     * @param starts for each row the number of its first element, and the end of the last row
     * @param shapes the shape of each row
     * @return the column
     */
    public static ColumnData varying(
            LeafType type, ByteBuffer values, int[] starts, int[][] shapes) {
        return new ColumnData(type, values, shapes.length, 0, starts, shapes);
    }

    /**
     * Returns a column of texts or blobs.
     *
     * @param type {@link LeafType#TEXT} or {@link LeafType#BYTES}
     * @param values the bytes of all rows, from the buffer's position to its limit
     * @param starts for each row the offset of its first byte, and the end of the last row
     * @return the column
     */
    public static ColumnData bytes(LeafType type, ByteBuffer values, int[] starts) {
        return new ColumnData(type, values, starts.length - 1, 0, starts, new int[][] {NONE});
    }

    /**
     * Returns the type of the elements.
     *
     * @return the type
     */
    public LeafType type() {
        return type;
    }

    /**
     * Returns the elements of all rows.
     *
     * @return the buffer, shared, little-endian; use the absolute methods
     */
    public ByteBuffer values() {
        return values;
    }

    /**
     * Returns the number of rows.
     *
     * @return the number of rows
     */
    public int rows() {
        return rows;
    }

    /**
     * Tells whether all rows have one shape.
     *
     * @return false for texts, blobs, and rows whose shapes are given one by one
     */
    public boolean isUniform() {
        return starts.length == 0;
    }

    /**
     * Returns where a row starts.
     *
     * @param row the row; the number of rows gives the end of the last one
     * @return the number of its first element
     */
    public int start(int row) {
        return isUniform() ? row * rowElements : starts[row];
    }

    /**
     * Returns the shape of a row.
     *
     * @param row the row, from 0
     * @return the dimensions, shared: do not change them
     */
    public int[] shape(int row) {
        return shapes.length == 1 ? shapes[0] : shapes[row];
    }

    /**
     * Returns the same elements in rows of another shape.
     *
     * @param shape the shape of each row, of as many elements as each row has
     * @return the column
     */
    public ColumnData reshaped(int... shape) {
        return uniform(type, values, rows, shape);
    }

    /**
     * Returns other elements in rows of the same shapes.
     *
     * @param other the type of the elements
     * @param elements as many elements as this column has, from the buffer's position to its limit
     * @return the column
     */
    public ColumnData retyped(LeafType other, ByteBuffer elements) {
        return new ColumnData(other, elements, rows, rowElements, starts, shapes);
    }

    private static int elements(int[] shape) {
        int elements = 1;
        for (int length : shape) {
            elements = Math.multiplyExact(elements, length);
        }
        return elements;
    }
}
