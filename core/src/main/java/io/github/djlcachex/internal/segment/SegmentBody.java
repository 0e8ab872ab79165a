package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** The rows of an open segment file at the places that its layout gives them. */
public final class SegmentBody implements Closeable {

    /** Checksums are read at once up to this size, when they are read from the disk. */
    private static final int MAX_CRCS_AT_ONCE_BYTES = 1 << 20;

    private static final int VARIABLE = -1;

    /** Boundaries, elements and dimensions, of each of which a row may be in two pieces. */
    private static final int STREAMS_OF_COLUMN = 6;

    private static final Logger logger = LoggerFactory.getLogger(SegmentBody.class);

    /**
     * The copy of a key that is being compared: one for each key would be new memory, which is not
     * in the processor's cache. No class of this library, which a thread would keep for ever.
     */
    private static final ThreadLocal<ByteBuffer> KEY_COPY =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(StringKeys.MAX_KEY_BYTES));

    private final SegmentHeader header;
    private final LayoutV1 layout;
    private final RowAccess access;
    private final boolean mapped;
    private final int[] rowBytes; // VARIABLE for a variable column
    private final long[] columnOffsets;
    private final @Nullable VariableColumn[] variableColumns;
    private final AtomicBoolean crcsRead = new AtomicBoolean();

    private SegmentBody(SegmentHeader header, RowAccess access) {
        this.header = header;
        this.layout = header.layout();
        this.access = access;
        List<Column> columns = header.contract().schema().columns();
        this.mapped = access.mapped();
        this.rowBytes =
                columns.stream().mapToInt(c -> c.isVariable() ? VARIABLE : c.rowBytes()).toArray();
        this.columnOffsets =
                IntStream.range(0, rowBytes.length).mapToLong(layout::columnOffset).toArray();
        this.variableColumns = new VariableColumn[rowBytes.length];
        for (int c = 0; c < rowBytes.length; c++) {
            variableColumns[c] =
                    rowBytes[c] == VARIABLE
                            ? new VariableColumn(columns.get(c), c, layout, access)
                            : null;
        }
    }

    static SegmentBody read(ReadableFile file, SegmentName name, boolean mapping)
            throws IOException {
        SegmentHeader header = SegmentHeader.read(file, name);
        return new SegmentBody(header, RowAccess.of(file, header.fileBytes(), mapping));
    }

    /** For one thread that reads all rows in their order. */
    static SegmentBody readToScan(ReadableFile file, SegmentName name) throws IOException {
        SegmentHeader header = SegmentHeader.read(file, name);
        int streams = 2 + STREAMS_OF_COLUMN * header.contract().columns();
        return new SegmentBody(header, RowAccess.inPieces(file, header.fileBytes(), streams));
    }

    SegmentHeader header() {
        return header;
    }

    boolean mapped() {
        return mapped;
    }

    /**
     * Copies a row into a batch, if that has room for just its shape.
     *
     * @param row the row here
     * @param into the batch
     * @param position the row there
     * @return what became of it
     * @throws IOException if it cannot be read
     */
    public RowCopy copyRow(int row, RowBatch into, int position) throws IOException {
        for (int c = 0; c < rowBytes.length; c++) {
            int bytes = rowBytes[c];
            if (bytes == VARIABLE) {
                RowCopy copy = variable(c).copyRow(row, into, c, position);
                if (copy != RowCopy.COPIED) {
                    return hasShapes(row) ? copy : RowCopy.NO_SHAPE;
                }
            } else {
                long offset = columnOffsets[c] + (long) row * bytes;
                access.copy(offset, into.buffer(c), position * bytes, bytes);
            }
        }
        return RowCopy.COPIED;
    }

    /** Another column without a shape may be why the batch has no room for a row of this one. */
    private boolean hasShapes(int row) throws IOException {
        for (VariableColumn column : variableColumns) {
            if (column != null && !column.hasShape(row)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads the shape of a row of a variable column.
     *
     * @return false if what is there is no shape
     */
    boolean readShape(int row, int column, int[] dimensions) throws IOException {
        return variable(column).readShape(row, dimensions);
    }

    /**
     * Prefetches what tells the shape of a row, if the file is mapped.
     *
     * @param row the row
     * @return a byte of it, to be used by something that the compiler keeps
     * @throws InternalError perhaps, if the file was truncated
     */
    public long prefetchShape(int row) {
        long read = 0;
        for (VariableColumn column : variableColumns) {
            read += column == null ? 0 : column.prefetchShape(row);
        }
        return read;
    }

    /** Tells whether the dimensions in the file are those of the row, also where none is read. */
    boolean hasRightDimensions(int row) throws IOException {
        boolean right = true;
        for (VariableColumn column : variableColumns) {
            right &= column == null || column.hasRightDimensions(row);
        }
        return right;
    }

    boolean isOutlier(int column, long elements) {
        return variable(column).isOutlier(elements);
    }

    private VariableColumn variable(int column) {
        return Objects.requireNonNull(variableColumns[column]);
    }

    /**
     * Returns the checksum that was stored with a row.
     *
     * @param row the row
     * @return the checksum
     * @throws IOException if it cannot be read
     */
    public int storedCrc(int row) throws IOException {
        if (!mapped && crcsRead.compareAndSet(false, true)) {
            readCrcs();
        }
        return access.getInt(layout.crcOffset(row));
    }

    /** One read brings them into the page cache, where each row's would be a read of its own. */
    private void readCrcs() {
        long bytes = (long) header.seal().rows() * Integer.BYTES;
        try {
            if (bytes <= MAX_CRCS_AT_ONCE_BYTES) {
                access.copy(layout.crcsOffset(), ByteBuffer.allocate((int) bytes), 0, (int) bytes);
            }
        } catch (IOException e) {
            logger.debug("cannot read the checksums of a segment at once", e);
        }
    }

    @SuppressWarnings("ByteBufferBackingArray") // of the thread's own buffer, which has all of it
    boolean hasKey(int row, StringKeys keys, int position) throws IOException {
        int length = keys.byteLength(position);
        int from = access.getInt(layout.keyBoundaryOffset(row));
        int to = access.getInt(layout.keyBoundaryOffset(row + 1));
        if (from >= 0 && to > from && to - from == length && to <= layout.keyBytes()) {
            ByteBuffer stored = KEY_COPY.get();
            Arrays.fill(stored.array(), 0, length, (byte) 0);
            access.copy(layout.keysOffset() + from, stored, 0, length);
            if (keys.equalsUtf8(position, stored.array(), 0, length)) {
                return true;
            }
        }
        AsyncReadErrors.surface(); // a read that failed left zeros, which no key has
        return false;
    }

    /**
     * Prefetches the first bytes of a row, if the file is mapped.
     *
     * @param row the row
     * @return a byte of it, to be used by something that the compiler keeps
     * @throws InternalError perhaps, if the file was truncated
     * @throws IOException never of a mapped file
     */
    public long prefetchRow(int row) throws IOException {
        return rowBytes[0] == VARIABLE
                ? variable(0).prefetch(row)
                : access.prefetch(columnOffsets[0] + (long) row * rowBytes[0]);
    }

    /** Prefetches the first bytes of a row's key, if the file is mapped. */
    long prefetchKey(int row) throws IOException {
        if (!mapped) {
            return 0;
        }
        int from = access.getInt(layout.keyBoundaryOffset(row));
        return from >= 0 && from < layout.keyBytes()
                ? access.prefetch(layout.keysOffset() + from)
                : 0;
    }

    @Override
    public void close() throws IOException {
        access.close();
    }
}
