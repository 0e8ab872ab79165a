package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.RowBatch;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/** Rows of one fixed size, in chunks of whole rows. */
final class HeapColumn implements ColumnRows {

    private static final int CHUNK_BYTES = 256 << 10;

    private final int rowBytes;
    private final int chunkRows;
    private final byte[][] chunks;
    private final ChunkPool pool;

    HeapColumn(int rowBytes, int maxRows, ChunkPool pool) {
        this.pool = pool;
        this.rowBytes = rowBytes;
        this.chunkRows = Math.max(1, Math.min(maxRows, CHUNK_BYTES / rowBytes));
        this.chunks = new byte[(maxRows - 1) / chunkRows + 1][];
    }

    private byte[] chunkFor(int row) {
        int chunk = row / chunkRows;
        if (chunks[chunk] == null) {
            chunks[chunk] = pool.take(chunkRows * rowBytes);
        }
        return chunks[chunk];
    }

    private int offset(int row) {
        return row % chunkRows * rowBytes;
    }

    @Override
    public void set(int row, RowBatch batch, int column, int position) {
        batch.buffer(column).get(position * rowBytes, chunkFor(row), offset(row), rowBytes);
    }

    @Override
    public boolean get(int row, RowBatch into, int column, int position) {
        into.buffer(column)
                .put(position * rowBytes, chunks[row / chunkRows], offset(row), rowBytes);
        return true;
    }

    @Override
    public boolean readShape(int row, int[] dimensions) {
        return true; // the column's
    }

    void setInt(int row, int i, int value) {
        LittleEndian.setInt(chunkFor(row), offset(row) + i * Integer.BYTES, value);
    }

    int getInt(int row, int i) {
        return LittleEndian.getInt(chunks[row / chunkRows], offset(row) + i * Integer.BYTES);
    }

    @Override
    public void recycle() {
        for (byte[] chunk : chunks) {
            if (chunk != null) {
                pool.give(chunk);
            }
        }
    }

    Iterable<ByteBuffer> parts(int rows) {
        int used = (rows - 1) / chunkRows + 1;
        return () ->
                IntStream.range(0, used)
                        .mapToObj(
                                chunk ->
                                        ByteBuffer.wrap(
                                                chunks[chunk],
                                                0,
                                                Math.min(chunkRows, rows - chunk * chunkRows)
                                                        * rowBytes))
                        .iterator();
    }
}
