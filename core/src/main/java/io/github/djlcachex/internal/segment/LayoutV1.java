package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.KeyType;

import java.util.ArrayList;
import java.util.List;

/**
 * Where everything is in a segment file of format 1. Frozen: another layout is another class.
 *
 * <p>All offsets of a segment come from here. Sizes that overflow, which only a forged file has,
 * are an ArithmeticException. The picture is in the package's documentation.
 */
final class LayoutV1 {

    /** The size of "ARROW1" and its two zeros. */
    static final int MAGIC_BYTES = 8;

    /** The size of the continuation marker and length before a message. */
    static final int MESSAGE_PREFIX_BYTES = 8;

    /** The size of the end-of-stream marker. */
    static final int END_OF_STREAM_BYTES = 8;

    /** The size of the footer's length and the closing "ARROW1". */
    static final int TAIL_BYTES = 10;

    private static final int ALIGNMENT = 64;

    /**
     * A buffer of the record batch.
     *
     * @param offset its offset in the body
     * @param length its length in bytes, without padding
     */
    record Buffer(long offset, long length) {}

    /**
     * A node of the record batch: one for each field and for each list's items.
     *
     * @param length the number of values
     */
    record Node(long length) {}

    private final Contract contract;
    private final int rows;
    private final long keyBytes;
    private final long schemaBytes;
    private final long batchBytes;
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final long[] valueCounts;
    private final long[] columnOffsets;
    private final long[] boundariesOffsets;
    private final long[] dimensionsOffsets;
    private final int[] valuesBuffers;
    private long bodyBytes;
    private long keyOffset;
    private long keyEndsOffset;
    private long crcOffset;

    /**
     * Computes the layout.
     *
     * @param contract the contract
     * @param rows the number of rows
     * @param keyBytes the bytes of all keys: 8 a row for INT64, the UTF-8 for UTF8
     * @param schemaBytes the size of the schema message, prefix and padding included
     * @param batchBytes the size of the record batch message, prefix and padding included
     * @param valueCounts the number of elements of all rows of each variable column, by column
     */
    LayoutV1(
            Contract contract,
            int rows,
            long keyBytes,
            long schemaBytes,
            long batchBytes,
            long[] valueCounts) {
        this.contract = contract;
        this.rows = rows;
        this.keyBytes = keyBytes;
        this.schemaBytes = schemaBytes;
        this.batchBytes = batchBytes;
        this.valueCounts = valueCounts;
        this.columnOffsets = new long[contract.schema().columns().size()];
        this.boundariesOffsets = new long[columnOffsets.length];
        this.dimensionsOffsets = new long[columnOffsets.length];
        this.valuesBuffers = new int[columnOffsets.length];
        placeKeys();
        placeColumns();
        nodes.add(new Node(rows));
        place(0);
        crcOffset = place((long) rows * Integer.BYTES);
        bodyBytes = Math.addExact(align(bodyBytes), Seal.BYTES);
    }

    private void placeKeys() {
        nodes.add(new Node(rows));
        place(0);
        if (contract.keyType() == KeyType.UTF8) {
            keyEndsOffset = place((rows + 1L) * Integer.BYTES);
        }
        keyOffset = place(keyBytes);
    }

    private void placeColumns() {
        List<Column> columns = contract.schema().columns();
        for (int c = 0; c < columnOffsets.length; c++) {
            Column column = columns.get(c);
            if (!column.isVariable()) {
                placeFixed(c, column);
            } else if (column.kind() == ColumnKind.TENSOR) {
                placeVariable(c, column);
            } else {
                placeBytes(c);
            }
        }
    }

    /** A fixed-size list of the elements. */
    private void placeFixed(int c, Column column) {
        nodes.add(new Node(rows));
        nodes.add(new Node((long) rows * column.rowElements()));
        place(0);
        place(0);
        columnOffsets[c] = place((long) rows * column.rowBytes());
    }

    /** A struct of a list of the elements and a fixed-size list of the dimensions. */
    private void placeVariable(int c, Column column) {
        nodes.add(new Node(rows));
        nodes.add(new Node(rows));
        nodes.add(new Node(valueCounts[c]));
        nodes.add(new Node(rows));
        nodes.add(new Node((long) rows * column.rank()));
        place(0);
        place(0);
        boundariesOffsets[c] = place((rows + 1L) * Integer.BYTES);
        place(0);
        placeValues(c, Math.multiplyExact(valueCounts[c], (long) column.type().byteWidth()));
        place(0);
        place(0);
        dimensionsOffsets[c] = place((long) rows * column.rank() * Integer.BYTES);
    }

    private void placeBytes(int c) {
        nodes.add(new Node(rows));
        place(0);
        boundariesOffsets[c] = place((rows + 1L) * Integer.BYTES);
        placeValues(c, valueCounts[c]);
    }

    private void placeValues(int c, long bytes) {
        valuesBuffers[c] = buffers.size();
        columnOffsets[c] = place(bytes);
    }

    private long place(long length) {
        long offset = align(bodyBytes);
        buffers.add(new Buffer(offset, length));
        bodyBytes = Math.addExact(offset, length);
        return offset;
    }

    private static long align(long offset) {
        return Math.addExact(offset, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /**
     * Returns the size of a message with its prefix, padded so that the next part is aligned.
     *
     * @param fileOffset where the message starts in the file
     * @param metadataBytes the size of its flatbuffer
     */
    static long messageBytes(long fileOffset, int metadataBytes) {
        return align(fileOffset + MESSAGE_PREFIX_BYTES + metadataBytes) - fileOffset;
    }

    List<Buffer> buffers() {
        return buffers;
    }

    List<Node> nodes() {
        return nodes;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    long batchOffset() {
        return MAGIC_BYTES + schemaBytes;
    }

    long batchBytes() {
        return batchBytes;
    }

    long bodyOffset() {
        return batchOffset() + batchBytes;
    }

    /** Where the keys' bytes start in the file. */
    long keysOffset() {
        return bodyOffset() + keyOffset;
    }

    long keyBytes() {
        return keyBytes;
    }

    /** Where the {@code rows + 1} boundaries of UTF8 keys start in the file. */
    long keyBoundariesOffset() {
        return bodyOffset() + keyEndsOffset;
    }

    /** Where the boundary before a UTF8 key is in the file; the one after it follows. */
    long keyBoundaryOffset(int row) {
        return keyBoundariesOffset() + (long) row * Integer.BYTES;
    }

    /** Where a column's first row starts in the file. */
    long columnOffset(int column) {
        return bodyOffset() + columnOffsets[column];
    }

    /** Where the {@code rows + 1} boundaries of a variable column's rows start in the file. */
    long boundariesOffset(int column) {
        return bodyOffset() + boundariesOffsets[column];
    }

    /** Where the dimensions of the rows of a variable column of tensors start in the file. */
    long dimensionsOffset(int column) {
        return bodyOffset() + dimensionsOffsets[column];
    }

    int rows() {
        return rows;
    }

    /** The number of elements of all rows of a variable column. */
    long valueCount(int column) {
        return valueCounts[column];
    }

    /** The number of the buffer that has the elements of a variable column. */
    int valuesBuffer(int column) {
        return valuesBuffers[column];
    }

    /** Where the row checksums start in the file. */
    long crcsOffset() {
        return bodyOffset() + crcOffset;
    }

    /** Where a row's checksum is in the file. */
    long crcOffset(int row) {
        return crcsOffset() + (long) row * Integer.BYTES;
    }

    long sealOffset() {
        return bodyOffset() + bodyBytes - Seal.BYTES;
    }

    long endOfStreamOffset() {
        return bodyOffset() + bodyBytes;
    }

    long footerOffset() {
        return endOfStreamOffset() + END_OF_STREAM_BYTES;
    }

    long fileBytes(int footerBytes) {
        return footerOffset() + footerBytes + TAIL_BYTES;
    }

    /**
     * Where the seal is, counted from the end of the file, when only the footer's size is known.
     */
    static long sealOffset(long fileBytes, int footerBytes) {
        return fileBytes - TAIL_BYTES - footerBytes - END_OF_STREAM_BYTES - Seal.BYTES;
    }
}
