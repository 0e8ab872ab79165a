package io.github.djlcachex.row;

import java.nio.ByteBuffer;

/**
 * A ColumnBuffer is one column of a batch: its rows one after the other, without gaps,
 * little-endian.
 *
 * <p>The bytes are shared with the batch, and with its maker; nothing is copied. Several threads
 * may use different rows at once.
 */
public final class ColumnBuffer {

    private final RowShapes shapes;
    private final int number;
    private final ByteBuffer data;

    ColumnBuffer(RowShapes shapes, int number, ByteBuffer data) {
        this.shapes = shapes;
        this.number = number;
        this.data = data;
    }

    /**
     * Returns the column.
     *
     * @return its name, type and shape
     */
    public Column column() {
        return shapes.schema().columns().get(number);
    }

    /**
     * Returns the number of rows.
     *
     * @return the number of rows
     */
    public int rowCount() {
        return shapes.rows();
    }

    /**
     * Returns all rows.
     *
     * @return a new view of the bytes, from position 0 to its limit, little-endian; read-only if
     *     the batch's buffer is
     */
    public ByteBuffer data() {
        return data.duplicate().order(data.order());
    }

    /**
     * Returns where a row starts in {@link #data}.
     *
     * @param row the row, from 0; the number of rows gives the end of the last one
     * @return the offset in bytes
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int offset(int row) {
        if (row < 0 || row > rowCount()) {
            throw new IndexOutOfBoundsException("row " + row + " of " + rowCount());
        }
        return shapes.offset(number, row);
    }

    /**
     * Returns the shape of one row.
     *
     * @param row the row, from 0
     * @return the dimensions; the caller may keep the array
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int[] shape(int row) {
        return shapes.shape(number, row);
    }

    /**
     * Returns one row.
     *
     * @param row the row, from 0
     * @return a new view of its bytes, from position 0 to its limit, little-endian
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public ByteBuffer row(int row) {
        int start = offset(row);
        return data.slice(start, offset(row + 1) - start).order(data.order());
    }

    /**
     * Returns a copy of the rows as rows of one shape, the smallest that has room for each: what a
     * row does not fill has the bytes of one element, for instance of a zero.
     *
     * @param element the bytes of one element, from the buffer's position to its limit
     * @return the copy, on the heap; a dimension in which all rows are of length 0 has length 1
     * @throws InvalidRowsException if the element has another size, or the copy would be over 2^31
     *     - 1 bytes
     */
    public ColumnBuffer padded(ByteBuffer element) {
        return new PaddedRows(shapes, number, data, element).copy();
    }

    @Override
    public String toString() {
        return "ColumnBuffer(" + column() + ", " + rowCount() + " rows)";
    }
}
