package io.github.djlcachex.row;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/**
 * The bytes of some rows: one buffer a column, row after row without gaps, little-endian.
 *
 * <p>{@link #shapes} tell where in its column's buffer a row starts; in a column of a fixed shape
 * that is its number times {@code rowBytes()} of the column. The buffers are shared with the
 * caller, not copied. Several threads may use different rows at once, by absolute methods.
 */
public final class RowBatch {

    private final RowSchema schema;
    private final int rows;
    private final RowShapes shapes;
    private final ByteBuffer[] buffers;

    private RowBatch(RowShapes shapes, ByteBuffer[] buffers) {
        this.schema = shapes.schema();
        this.rows = shapes.rows();
        this.shapes = shapes;
        this.buffers = buffers;
    }

    /**
     * Returns a batch of zeroed direct buffers.
     *
     * @param schema the columns
     * @param rows the number of rows
     * @return the batch
     * @throws InvalidRowsException if a column is variable, or a buffer would be over 2^31 - 1
     *     bytes
     */
    public static RowBatch allocate(RowSchema schema, int rows) {
        return allocate(RowShapes.fixed(schema, rows));
    }

    /**
     * Returns a batch of zeroed direct buffers that have room for rows of some shapes.
     *
     * @param shapes the shapes of the rows
     * @return the batch
     */
    public static RowBatch allocate(RowShapes shapes) {
        return allocate(shapes, ByteBuffer::allocateDirect);
    }

    /**
     * Returns a batch of zeroed buffers on the heap, which the garbage collector frees as any
     * array.
     *
     * @param schema the columns
     * @param rows the number of rows
     * @return the batch
     * @throws InvalidRowsException if a column is variable, or a buffer would be over 2^31 - 1
     *     bytes
     */
    public static RowBatch allocateOnHeap(RowSchema schema, int rows) {
        return allocateOnHeap(RowShapes.fixed(schema, rows));
    }

    /**
     * Returns a batch of zeroed buffers on the heap that have room for rows of some shapes.
     *
     * @param shapes the shapes of the rows
     * @return the batch
     */
    public static RowBatch allocateOnHeap(RowShapes shapes) {
        return allocate(shapes, ByteBuffer::allocate);
    }

    private static RowBatch allocate(RowShapes shapes, IntFunction<ByteBuffer> allocation) {
        ByteBuffer[] buffers = new ByteBuffer[shapes.schema().columns().size()];
        for (int c = 0; c < buffers.length; c++) {
            ByteBuffer bytes = allocation.apply(shapes.columnBytes(c));
            buffers[c] = bytes.order(ByteOrder.LITTLE_ENDIAN);
        }
        return new RowBatch(shapes, buffers);
    }

    /**
     * Returns a batch over the caller's buffers, from each one's position to its limit.
     *
     * @param schema the columns
     * @param rows the number of rows
     * @param buffers one buffer a column, heap or direct, in little-endian order; of a column whose
     *     elements are single bytes the order does not matter
     * @return the batch
     * @throws InvalidRowsException if the number or the size of the buffers does not fit, one is
     *     big-endian, as Java's are by default, or a column is variable
     */
    public static RowBatch wrap(RowSchema schema, int rows, ByteBuffer... buffers) {
        return wrap(RowShapes.fixed(schema, rows), buffers);
    }

    /**
     * Returns a batch of rows of some shapes over the caller's buffers, from each one's position to
     * its limit.
     *
     * @param shapes the shapes of the rows
     * @param buffers one buffer a column, heap or direct, in little-endian order; of a column whose
     *     elements are single bytes the order does not matter
     * @return the batch
     * @throws InvalidRowsException if the number or the size of the buffers does not fit, or one is
     *     big-endian, as Java's are by default
     */
    public static RowBatch wrap(RowShapes shapes, ByteBuffer... buffers) {
        RowSchema schema = shapes.schema();
        if (buffers.length != schema.columns().size()) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row batch",
                            schema.columns().size() + " buffers, one a column",
                            buffers.length + " buffers",
                            "pass the buffers in the order of the columns"));
        }
        ByteBuffer[] slices = new ByteBuffer[buffers.length];
        for (int c = 0; c < buffers.length; c++) {
            int expected = shapes.columnBytes(c);
            if (buffers[c].remaining() != expected) {
                throw new InvalidRowsException(
                        Problem.of(
                                "buffer of column " + c + " (" + schema.columns().get(c) + ")",
                                expected + " bytes for " + shapes.rows() + " rows",
                                buffers[c].remaining() + " bytes",
                                "set position and limit around the rows"));
            }
            checkOrder(schema.columns().get(c), c, buffers[c]);
            slices[c] = buffers[c].slice().order(ByteOrder.LITTLE_ENDIAN);
        }
        return new RowBatch(shapes, slices);
    }

    private static void checkOrder(Column column, int number, ByteBuffer buffer) {
        if (column.type().byteWidth() > 1 && buffer.order() != ByteOrder.LITTLE_ENDIAN) {
            throw new InvalidRowsException(
                    Problem.of(
                            "buffer of column " + number + " (" + column + ")",
                            "a little-endian buffer",
                            "a " + buffer.order() + " one, which is Java's default",
                            "call order(ByteOrder.LITTLE_ENDIAN) on it before its values are put"));
        }
    }

    /**
     * Returns the columns.
     *
     * @return the schema
     */
    public RowSchema schema() {
        return schema;
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
     * Returns the shapes of the rows.
     *
     * @return the shapes
     */
    public RowShapes shapes() {
        return shapes;
    }

    /**
     * Returns the size of all rows, without their keys.
     *
     * @return the size in bytes
     */
    public long bytes() {
        long bytes = 0;
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.capacity();
        }
        return bytes;
    }

    /**
     * Returns a column.
     *
     * @param column the column's number
     * @return a view of its rows
     */
    public ColumnBuffer column(int column) {
        return new ColumnBuffer(shapes, column, buffers[column]);
    }

    /**
     * Returns the buffer of a column: the shortest way to its bytes. {@link #shapes} tell where a
     * row starts. The buffer's position is 0 and its limit the column's size; use the absolute
     * methods.
     *
     * @param column the column's number
     * @return the buffer, shared, little-endian
     */
    public ByteBuffer buffer(int column) {
        return buffers[column];
    }

    /**
     * Returns a batch with its own positions and limits over the same bytes.
     *
     * @return the view
     */
    public RowBatch duplicate() {
        ByteBuffer[] copies = new ByteBuffer[buffers.length];
        for (int c = 0; c < copies.length; c++) {
            copies[c] = buffers[c].duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }
        return new RowBatch(shapes, copies);
    }

    /**
     * Copies one row of another batch of the same schema into this one.
     *
     * @param source the other batch
     * @param sourceRow the row there
     * @param row the row here
     * @throws InvalidRowsException if the row here has room for another shape
     */
    public void copyRow(RowBatch source, int sourceRow, int row) {
        if (!shapes.sameRow(row, source.shapes, sourceRow)) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row " + row,
                            "the shape of row " + sourceRow + " of the other batch",
                            "another one",
                            "allocate the batch for the shapes of its rows"));
        }
        for (int c = 0; c < buffers.length; c++) {
            int from = source.shapes.offset(c, sourceRow);
            buffers[c].put(shapes.offset(c, row), source.buffers[c], from, shapes.rowBytes(c, row));
        }
    }

    /**
     * Returns a copy of some rows, on the heap.
     *
     * @param selected the rows, in their new order; one may occur more than once
     * @return the new batch
     */
    public RowBatch select(int... selected) {
        RowBatch copy = allocateOnHeap(shapes.select(selected));
        for (int i = 0; i < selected.length; i++) {
            copy.copyRow(this, selected[i], i);
        }
        return copy;
    }
}
