package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** The rows of an open segment file at the places that its layout gives them. */
public final class SegmentBody {

    /** Checksums are read at once up to this size, when they are read from the disk. */
    private static final int MAX_CRCS_AT_ONCE_BYTES = 1 << 20;

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
    private final int[] rowBytes;
    private final long[] columnOffsets;
    private final AtomicBoolean crcsRead = new AtomicBoolean();

    private SegmentBody(SegmentHeader header, RowAccess access) {
        this.header = header;
        this.layout = header.layout();
        this.access = access;
        List<Column> columns = header.contract().schema().columns();
        this.mapped = access.mapped();
        this.rowBytes = columns.stream().mapToInt(Column::rowBytes).toArray();
        this.columnOffsets =
                IntStream.range(0, rowBytes.length).mapToLong(layout::columnOffset).toArray();
    }

    static SegmentBody read(ReadableFile file, SegmentName name, boolean mapping)
            throws IOException {
        SegmentHeader header = SegmentHeader.read(file, name);
        return new SegmentBody(header, RowAccess.of(file, header.fileBytes(), mapping));
    }

    SegmentHeader header() {
        return header;
    }

    boolean mapped() {
        return mapped;
    }

    /**
     * Copies a row into a batch.
     *
     * @param row the row here
     * @param into the batch
     * @param position the row there
     * @throws IOException if it cannot be read
     */
    public void copyRow(int row, RowBatch into, int position) throws IOException {
        for (int c = 0; c < rowBytes.length; c++) {
            int bytes = rowBytes[c];
            long offset = columnOffsets[c] + (long) row * bytes;
            access.copy(offset, into.buffer(c), position * bytes, bytes);
        }
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
     */
    public long prefetchRow(int row) {
        return access.prefetch(columnOffsets[0] + (long) row * rowBytes[0]);
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

    void close() throws IOException {
        access.close();
    }
}
