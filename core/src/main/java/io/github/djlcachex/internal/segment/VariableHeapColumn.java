package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * Rows of different sizes, one after the other in chunks; a row may be in several.
 *
 * <p>A reader may come when the memory is recycled and holds another segment's rows. So it believes
 * no number that it reads, and its caller looks at the segment's place once more.
 */
final class VariableHeapColumn implements ColumnRows {

    private static final int CHUNK_BYTES = 256 << 10;

    private final RowShape shape;
    private final int elementBytes;
    private final HeapColumn ends; // in elements
    private final HeapColumn dimensions;
    private final byte[][] chunks;
    private final ChunkPool pool;
    private int usedBytes;

    VariableHeapColumn(Column column, int maxRows, ChunkPool pool) {
        this.shape = new RowShape(column);
        this.elementBytes = column.type().byteWidth();
        this.ends = new HeapColumn(Integer.BYTES, maxRows, pool);
        this.dimensions = new HeapColumn(column.rank() * Integer.BYTES, maxRows, pool);
        this.chunks = new byte[(int) (OpenSegment.MAX_BYTES / CHUNK_BYTES)][];
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
            int offset = (usedBytes + copied) % CHUNK_BYTES;
            int count = Math.min(bytes - copied, CHUNK_BYTES - offset);
            byte[] chunk = chunks[(usedBytes + copied) / CHUNK_BYTES];
            batch.buffer(column).get(from + copied, chunk, offset, count);
            copied += count;
        }
        usedBytes += bytes;
    }

    private void reserve(int bytes) {
        for (int i = usedBytes / CHUNK_BYTES; i <= (bytes - 1) / CHUNK_BYTES; i++) {
            if (chunks[i] == null) {
                chunks[i] = pool.take(CHUNK_BYTES);
            }
        }
    }

    @Override
    public boolean get(int row, RowBatch into, int column, int position) {
        RowShapes shapes = into.shapes();
        int bytes = shapes.rowBytes(column, position);
        long from = (long) begin(row) * elementBytes;
        if (!hasShape(row, shapes, column, position) || !isWithin(from, bytes)) {
            return false;
        }
        int to = shapes.offset(column, position);
        for (int copied = 0; copied < bytes; ) {
            int offset = (int) (from + copied) % CHUNK_BYTES;
            int count = Math.min(bytes - copied, CHUNK_BYTES - offset);
            byte[] chunk = chunks[(int) (from + copied) / CHUNK_BYTES];
            into.buffer(column).put(to + copied, chunk, offset, count);
            copied += count;
        }
        return true;
    }

    /** The chunks of a row were all set before the row was published; recycled ones stay set. */
    private boolean isWithin(long from, int bytes) {
        return bytes == 0 || (from >= 0 && isSet(from) && isSet(from + bytes - 1));
    }

    private boolean isSet(long offset) {
        long chunk = offset / CHUNK_BYTES;
        return chunk < chunks.length && chunks[(int) chunk] != null;
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
                IntStream.range(0, (usedBytes + CHUNK_BYTES - 1) / CHUNK_BYTES)
                        .mapToObj(
                                i ->
                                        ByteBuffer.wrap(
                                                chunks[i],
                                                0,
                                                Math.min(CHUNK_BYTES, usedBytes - i * CHUNK_BYTES)))
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
