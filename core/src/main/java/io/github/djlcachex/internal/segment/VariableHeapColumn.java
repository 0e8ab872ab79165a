package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Rows of different sizes, one after the other in chunks; a row may be in several.
 *
 * <p>A reader may come when the memory is recycled and holds another segment's rows. So it believes
 * no number that it reads, and its caller looks at the segment's place once more.
 */
final class VariableHeapColumn implements ColumnRows {

    private static final int MAX_CHUNK_BYTES = 256 << 10;
    private static final int MIN_CHUNK_BYTES = 4 << 10;

    /** The size of a row that is expected: a segment of few rows has small chunks. */
    private static final int EXPECTED_ROW_BYTES = 1 << 10;

    private final RowShape shape;
    private final int elementBytes;
    private final HeapColumn ends; // in elements
    private final HeapColumn dimensions;
    private final int chunkBytes;
    private final ChunkPool pool;
    private volatile byte[][] chunks = new byte[4][];
    private int usedBytes;

    VariableHeapColumn(Column column, int maxRows, ChunkPool pool) {
        this.shape = new RowShape(column);
        this.elementBytes = column.type().byteWidth();
        this.ends = new HeapColumn(Integer.BYTES, maxRows, pool);
        this.dimensions = new HeapColumn(column.rank() * Integer.BYTES, maxRows, pool);
        this.chunkBytes =
                (int)
                        Math.max(
                                MIN_CHUNK_BYTES,
                                Math.min((long) maxRows * EXPECTED_ROW_BYTES, MAX_CHUNK_BYTES));
        this.pool = pool;
    }

    @Override
    public void set(int row, RowBatch batch, int column, int position) {
        RowShapes shapes = batch.shapes();
        int bytes = shapes.rowBytes(column, position);
        reserve(usedBytes + bytes); // before anything is changed: there may be no memory for it
        for (int axis = 0; axis < shape.rank(); axis++) {
            dimensions.setInt(row, axis, shapes.dimension(column, position, axis));
        }
        ends.setInt(row, 0, (usedBytes + bytes) / elementBytes);
        int from = shapes.offset(column, position);
        for (int copied = 0; copied < bytes; ) {
            int offset = (usedBytes + copied) % chunkBytes;
            int count = Math.min(bytes - copied, chunkBytes - offset);
            byte[] chunk = chunks[(usedBytes + copied) / chunkBytes];
            batch.buffer(column).get(from + copied, chunk, offset, count);
            copied += count;
        }
    }

    /** The row that was set is whole in all columns: the next one comes behind it. */
    void keep(int row) {
        usedBytes = ends.getInt(row, 0) * elementBytes;
    }

    private void reserve(int bytes) {
        int last = (bytes - 1) / chunkBytes;
        byte[][] all = last < chunks.length ? chunks : Arrays.copyOf(chunks, 2 * last);
        for (int i = usedBytes / chunkBytes; i <= last; i++) {
            if (all[i] == null) {
                all[i] = pool.take(chunkBytes);
            }
        }
        chunks = all;
    }

    @Override
    public boolean get(int row, RowBatch into, int column, int position) {
        RowShapes shapes = into.shapes();
        int bytes = shapes.rowBytes(column, position);
        long from = (long) begin(row) * elementBytes;
        byte[][] all = chunks;
        if (!hasShape(row, shapes, column, position) || !isWithin(all, from, bytes)) {
            return false;
        }
        int to = shapes.offset(column, position);
        for (int copied = 0; copied < bytes; ) {
            int offset = (int) (from + copied) % chunkBytes;
            int count = Math.min(bytes - copied, chunkBytes - offset);
            byte[] chunk = all[(int) (from + copied) / chunkBytes];
            into.buffer(column).put(to + copied, chunk, offset, count);
            copied += count;
        }
        return true;
    }

    /** The chunks of a row were all set before the row was published; recycled ones stay set. */
    private boolean isWithin(byte[][] all, long from, int bytes) {
        return bytes == 0 || (from >= 0 && isSet(all, from) && isSet(all, from + bytes - 1));
    }

    private boolean isSet(byte[][] all, long offset) {
        long chunk = offset / chunkBytes;
        return chunk < all.length && all[(int) chunk] != null;
    }

    private int begin(int row) {
        return row == 0 ? 0 : ends.getInt(row - 1, 0);
    }

    private boolean hasShape(int row, RowShapes shapes, int column, int position) {
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (dimensions.getInt(row, axis) != shapes.dimension(column, position, axis)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean readShape(int row, int[] into) {
        for (int axis = 0; axis < shape.rank(); axis++) {
            into[axis] = dimensions.getInt(row, axis);
        }
        return shape.accepts(into, (long) ends.getInt(row, 0) - begin(row));
    }

    long valueBytes() {
        return usedBytes;
    }

    long values() {
        return usedBytes / elementBytes;
    }

    /** Where each row ends, in elements. */
    Iterable<ByteBuffer> endParts(int rows) {
        return ends.parts(rows);
    }

    Iterable<ByteBuffer> dimensionParts(int rows) {
        return dimensions.parts(rows);
    }

    Iterable<ByteBuffer> valueParts() {
        return () ->
                IntStream.range(0, (usedBytes + chunkBytes - 1) / chunkBytes)
                        .mapToObj(
                                i ->
                                        ByteBuffer.wrap(
                                                chunks[i],
                                                0,
                                                Math.min(chunkBytes, usedBytes - i * chunkBytes)))
                        .iterator();
    }

    @Override
    public void recycle() {
        ends.recycle();
        dimensions.recycle();
        for (byte[] chunk : chunks) {
            if (chunk != null) {
                pool.give(chunk);
            }
        }
    }
}
