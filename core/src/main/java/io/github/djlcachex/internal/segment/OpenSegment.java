package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment that is being filled, or waits to be written, in chunks on the heap.
 *
 * <p>Threads: one thread appends, under the store's write lock. Any thread reads a row after it
 * learned its number through the index, whose release and acquire publish the row. The chunk tables
 * are allocated whole and each chunk is set once, before the first row in it is published.
 *
 * <p>Once the rows are in a file the chunks may be recycled: first the file takes the segment's
 * place, then others write to its chunks. So a reader that has copied a row asks whether the
 * segment is still in its place; if not, what it copied may be another row, and it reads the file.
 */
public final class OpenSegment implements RowSource {

    /** The most bytes of keys and rows in one segment, so that one mapping holds its file. */
    public static final long MAX_BYTES = 256L << 20;

    private final Contract contract;
    private final long maxBytes;
    private final int maxRows;
    private final long maxRowBytes;
    private final ColumnRows[] columns;
    private final List<VariableHeapColumn> variableColumns = new ArrayList<>();
    private final HeapColumn crcs;
    private final HeapKeys keys;
    private final long openedAtNanos;
    private int rows;
    private boolean recycled;

    /**
     * Creates an empty segment with memory of its own.
     *
     * @param contract the contract
     * @param maxBytes the bytes of keys and rows at which it is full
     * @param maxRows the rows at which it is full
     * @param nowNanos the present time
     */
    public OpenSegment(Contract contract, long maxBytes, int maxRows, long nowNanos) {
        this(contract, maxBytes, maxRows, nowNanos, new ChunkPool(0));
    }

    /**
     * Creates an empty segment.
     *
     * @param contract the contract
     * @param maxBytes the bytes of keys and rows at which it is full
     * @param maxRows the rows at which it is full
     * @param nowNanos the present time
     * @param pool where its memory comes from
     */
    public OpenSegment(
            Contract contract, long maxBytes, int maxRows, long nowNanos, ChunkPool pool) {
        this.contract = contract;
        this.maxBytes = maxBytes;
        this.openedAtNanos = nowNanos;
        this.maxRows = (int) Math.max(1, Math.min(maxRows, maxBytes / minRowBytes(contract)));
        this.maxRowBytes =
                minRowBytes(contract)
                        + (contract.keyType() == KeyType.INT64 ? 0 : StringKeys.MAX_KEY_BYTES);
        List<Column> schema = contract.schema().columns();
        this.columns = new ColumnRows[schema.size()];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = newColumn(schema.get(c), pool);
        }
        this.crcs = new HeapColumn(Integer.BYTES, this.maxRows, pool);
        this.keys = new HeapKeys(contract.keyType(), this.maxRows);
    }

    private ColumnRows newColumn(Column column, ChunkPool pool) {
        if (!column.isVariable()) {
            return new HeapColumn(column.rowBytes(), maxRows, pool);
        }
        VariableHeapColumn created = new VariableHeapColumn(column, maxRows, pool);
        variableColumns.add(created);
        return created;
    }

    /** The least bytes that a row takes: its columns, its checksum, and a key. */
    private static long minRowBytes(Contract contract) {
        int keyBytes = contract.keyType() == KeyType.INT64 ? Long.BYTES : 1 + Integer.BYTES;
        return contract.schema().rowBytes() + Integer.BYTES + keyBytes;
    }

    /**
     * Appends a row. The caller has asked {@link #hasRoomFor} before.
     *
     * @param batchKeys the keys
     * @param batch the rows
     * @param position the position of the key and the row
     * @param crc the row's checksum
     * @return the row's number here
     */
    public int append(Keys batchKeys, RowBatch batch, int position, int crc) {
        return append(batchKeys, position, batch, position, crc);
    }

    /**
     * Appends a row. The caller has asked {@link #hasRoomFor} before.
     *
     * @param rowKeys the keys
     * @param keyPosition the position of the row's key
     * @param batch the rows
     * @param position the position of the row
     * @param crc the row's checksum
     * @return the row's number here
     */
    public int append(Keys rowKeys, int keyPosition, RowBatch batch, int position, int crc) {
        int row = rows;
        for (int c = 0; c < columns.length; c++) {
            columns[c].set(row, batch, c, position);
        }
        crcs.setInt(row, 0, crc);
        keys.append(row, rowKeys, keyPosition);
        for (VariableHeapColumn column : variableColumns) {
            column.keep(row); // there may have been no memory for another column, or for the key
        }
        rows = row + 1;
        return row;
    }

    /**
     * Tells whether no further row fits, not even the smallest.
     *
     * @return true if it is full
     */
    public boolean isFull() {
        return rows >= maxRows || (rows > 0 && bytes() + maxRowBytes > maxBytes);
    }

    /**
     * Tells whether a row fits. The first one does, whatever its size.
     *
     * @param batch the rows
     * @param position the position of the row
     * @return true if it does
     */
    public boolean hasRoomFor(RowBatch batch, int position) {
        return !isFull()
                && (variableColumns.isEmpty()
                        || rows == 0
                        || bytes() + maxRowBytes + valueBytes(batch, position) <= maxBytes);
    }

    /**
     * Returns the size of a row's elements in the variable columns.
     *
     * @param batch the rows
     * @param position the position of the row
     * @return the size in bytes
     */
    public static long valueBytes(RowBatch batch, int position) {
        long bytes = 0;
        List<Column> columns = batch.schema().columns();
        for (int c = 0; c < columns.size(); c++) {
            bytes += columns.get(c).isVariable() ? batch.shapes().rowBytes(c, position) : 0;
        }
        return bytes;
    }

    /**
     * Returns the size of the rows and keys.
     *
     * @return the size in bytes
     */
    public long bytes() {
        long bytes = rows * (contract.schema().rowBytes() + Integer.BYTES) + keys.bytes();
        for (VariableHeapColumn column : variableColumns) {
            bytes += column.valueBytes();
        }
        return bytes;
    }

    /**
     * Returns when it was created.
     *
     * @return a value of {@code System.nanoTime}
     */
    public long openedAtNanos() {
        return openedAtNanos;
    }

    /**
     * Returns the contract.
     *
     * @return the contract
     */
    public Contract contract() {
        return contract;
    }

    /**
     * Returns all keys, once the segment is sealed.
     *
     * @return the keys by row
     */
    public Keys keys() {
        return keys.all(rows);
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public RowCopy copyRow(int row, RowBatch into, int position) {
        boolean copied = true;
        for (int c = 0; c < columns.length; c++) {
            copied &= columns[c].get(row, into, c, position);
        }
        return copied ? RowCopy.COPIED : RowCopy.OTHER_SHAPE;
    }

    @Override
    public boolean readShape(int row, int column, int[] dimensions) {
        return columns[column].readShape(row, dimensions);
    }

    @Override
    public int storedCrc(int row) {
        return crcs.getInt(row, 0);
    }

    @Override
    public boolean hasKey(int row, StringKeys other, int position) {
        return keys.equalsUtf8(row, other, position);
    }

    /**
     * Gives its memory back, once: it is not to be written any more, and its rows are elsewhere for
     * readers that look for them from now on.
     */
    public void recycle() {
        if (recycled) {
            throw new IllegalStateException("a segment's memory was given back before");
        }
        recycled = true;
        VarHandle.fullFence(); // its place in the table was taken before
        for (ColumnRows column : columns) {
            column.recycle();
        }
        crcs.recycle();
    }

    /** The number of elements of all rows of each variable column. */
    long[] valueCounts() {
        long[] counts = new long[columns.length];
        for (int c = 0; c < counts.length; c++) {
            counts[c] = columns[c] instanceof VariableHeapColumn column ? column.values() : 0;
        }
        return counts;
    }

    ColumnRows column(int column) {
        return columns[column];
    }

    Iterable<ByteBuffer> crcParts() {
        return crcs.parts(rows);
    }

    ByteBuffer keyBytes() {
        return keys.encoded();
    }

    ByteBuffer keyBoundaries() {
        return keys.boundaries(rows);
    }
}
