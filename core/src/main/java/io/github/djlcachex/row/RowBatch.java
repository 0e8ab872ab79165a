package io.github.djlcachex.row;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of some rows: one buffer a column, row after row without gaps, little-endian.
 *
 * <p>Row {@code i} of column {@code c} starts at {@code i * schema.columns().get(c).rowBytes()}.
 * The buffers are shared with the caller, not copied. Several threads may use different rows at
 * once, by absolute methods.
 */
public final class RowBatch {

    private final RowSchema schema;
    private final int rows;
    private final ByteBuffer[] buffers;

    private RowBatch(RowSchema schema, int rows, ByteBuffer[] buffers) {
        this.schema = schema;
        this.rows = rows;
        this.buffers = buffers;
    }

    /**
     * Returns a batch of zeroed direct buffers.
     *
     * @param schema the columns
     * @param rows the number of rows
     * @return the batch
     * @throws InvalidRowsException if a column's buffer would be over 2^31 - 1 bytes
     */
    public static RowBatch allocate(RowSchema schema, int rows) {
        ByteBuffer[] buffers = new ByteBuffer[schema.columns().size()];
        for (int c = 0; c < buffers.length; c++) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(columnBytes(schema, c, rows));
            buffers[c] = bytes.order(ByteOrder.LITTLE_ENDIAN);
        }
        return wrap(schema, rows, buffers);
    }

    /**
     * Returns a batch of zeroed buffers on the heap, which the garbage collector frees as any
     * array.
     *
     * @param schema the columns
     * @param rows the number of rows
     * @return the batch
     * @throws InvalidRowsException if a column's buffer would be over 2^31 - 1 bytes
     */
    public static RowBatch allocateOnHeap(RowSchema schema, int rows) {
        ByteBuffer[] buffers = new ByteBuffer[schema.columns().size()];
        for (int c = 0; c < buffers.length; c++) {
            ByteBuffer bytes = ByteBuffer.allocate(columnBytes(schema, c, rows));
            buffers[c] = bytes.order(ByteOrder.LITTLE_ENDIAN);
        }
        return wrap(schema, rows, buffers);
    }

    /**
     * Returns a batch over the caller's buffers, from each one's position to its limit.
     *
     * @param schema the columns
     * @param rows the number of rows
     * @param buffers one buffer a column, heap or direct, in little-endian order; of a column whose
     *     elements are single bytes the order does not matter
     * @return the batch
     * @throws InvalidRowsException if the number or the size of the buffers does not fit, or one is
     *     big-endian, as Java's are by default
     */
    public static RowBatch wrap(RowSchema schema, int rows, ByteBuffer... buffers) {
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
            int expected = columnBytes(schema, c, rows);
            if (buffers[c].remaining() != expected) {
                throw new InvalidRowsException(
                        Problem.of(
                                "buffer of column " + c + " (" + schema.columns().get(c) + ")",
                                expected + " bytes for " + rows + " rows",
                                buffers[c].remaining() + " bytes",
                                "set position and limit around the rows"));
            }
            checkOrder(schema.columns().get(c), c, buffers[c]);
            slices[c] = buffers[c].slice().order(ByteOrder.LITTLE_ENDIAN);
        }
        return new RowBatch(schema, rows, slices);
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

    private static int columnBytes(RowSchema schema, int column, int rows) {
        long bytes = (long) schema.columns().get(column).rowBytes() * rows;
        if (rows < 0 || bytes > Integer.MAX_VALUE) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row batch",
                            "0 or more rows, at most " + Integer.MAX_VALUE + " bytes a column",
                            rows + " rows, " + bytes + " bytes in column " + column,
                            "use smaller batches"));
        }
        return (int) bytes;
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
     * Returns a column.
     *
     * @param column the column's number
     * @return a view of its rows
     */
    public ColumnBuffer column(int column) {
        return new ColumnBuffer(schema.columns().get(column), rows, buffers[column]);
    }

    /**
     * Returns the buffer of a column whose rows are of one size, as all are today: the shortest way
     * to its bytes. {@link #column} tells where a row starts. The buffer's position is 0 and its
     * limit the column's size; use the absolute methods.
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
        return new RowBatch(schema, rows, copies);
    }

    /**
     * Copies one row of another batch of the same schema into this one.
     *
     * @param source the other batch
     * @param sourceRow the row there
     * @param row the row here
     */
    public void copyRow(RowBatch source, int sourceRow, int row) {
        for (int c = 0; c < buffers.length; c++) {
            int rowBytes = schema.columns().get(c).rowBytes();
            buffers[c].put(row * rowBytes, source.buffers[c], sourceRow * rowBytes, rowBytes);
        }
    }
}
