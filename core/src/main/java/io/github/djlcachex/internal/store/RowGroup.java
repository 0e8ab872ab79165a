package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.segment.ChangedFileException;
import io.github.djlcachex.internal.segment.DeletedFileException;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCopy;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentBody;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * Consecutive rows that are copied into the batch before any of them is checked.
 *
 * <p>A group is small enough that a copy is still in the processor's cache when it is checked, and
 * large enough that the processor waits for the memory of several rows at once. For one thread.
 */
final class RowGroup {

    /** What became of a position. */
    enum Outcome {
        FROM_MEMORY,
        FROM_OPEN_SEGMENT,
        FROM_FILE,
        MISSING
    }

    private static final Logger logger = LoggerFactory.getLogger(RowGroup.class);

    /** What is copied before it is checked: well within a core's own cache. */
    private static final int GROUP_BYTES = 64 << 10;

    /** New memory is not in the processor's cache, so the arrays of a group stay small. */
    private static final int MAX_ROWS = 64;

    /** The copy of a smaller row waits for less memory than its prefetch would cost. */
    private static final int MIN_PREFETCH_ROW_BYTES = 2048;

    private final SourceTable sources;
    private final AdaptiveReadMode readMode;
    private final RejectedRows rejected;
    private final boolean verifies;
    private final LookupWindow window;
    private final RowBatch into;
    private final long rowBytes;
    private final boolean prefetches;
    private final Outcome[] outcomes;
    private final @Nullable SegmentFile[] files;
    private final @Nullable SegmentBody[] mapped;
    private final int[] storedCrcs;
    private int first;
    private boolean alone;
    private boolean positional;
    private int fileRows;
    private boolean fromDisk;
    private boolean readFiles;

    @SuppressWarnings("unused") // set, so that the compiler keeps the prefetches
    private long prefetchSink;

    RowGroup(GatherContext context, LookupWindow window, RowBatch into, int batchRows) {
        this.sources = context.sources();
        this.readMode = context.readMode();
        this.rejected = context.rejected();
        this.verifies = context.options().verifies();
        this.window = window;
        this.into = into;
        this.rowBytes = into.bytes() / Math.max(1, into.rows());
        this.prefetches = rowBytes >= MIN_PREFETCH_ROW_BYTES;
        long fitting = Math.min(GROUP_BYTES / Math.max(1, rowBytes), Math.min(MAX_ROWS, batchRows));
        this.outcomes = new Outcome[(int) Math.max(1, fitting)];
        this.files = new SegmentFile[outcomes.length];
        this.mapped = new SegmentBody[outcomes.length];
        this.storedCrcs = new int[outcomes.length];
    }

    /** The most rows that are copied at once. */
    int capacity() {
        return outcomes.length;
    }

    /**
     * Copies the rows of some positions, all of them in the window.
     *
     * @param alone true if an InternalError is to count for the one row that is copied, false to
     *     throw it
     */
    void copy(int position, int count, boolean alone) {
        this.first = position;
        this.alone = alone;
        positional = readMode.isPositional();
        fileRows = 0;
        long start = System.nanoTime();
        locate(count);
        if (!alone && count > 1 && prefetches) {
            prefetchSink = prefetch(count);
        }
        for (int i = 0; i < count; i++) {
            SegmentBody body = mapped[i];
            outcomes[i] = body == null ? copyUnmapped(i) : copyFromFile(file(i), body, i);
        }
        if (fileRows > 0) {
            recordSpeed(System.nanoTime() - start);
        }
    }

    private void recordSpeed(long nanos) {
        int copies = fileRows * (into.schema().columns().size() + 1); // and the checksum of each
        long bytes = fileRows * rowBytes;
        readMode.record(positional, copies, bytes, nanos);
        fromDisk = AdaptiveReadMode.isFromDisk(copies, bytes, nanos);
        readFiles = true;
    }

    /** Finds the mapped bodies first, so that the prefetches follow each other closely. */
    private void locate(int count) {
        for (int i = 0; i < count; i++) {
            long address = window.address(first + i);
            SegmentBody body = null;
            if (!positional
                    && address != Address.NONE
                    && sources.get(address) instanceof SegmentFile file
                    && !file.isUnserved(Address.row(address))) {
                body = file.mappedBody();
                files[i] = file;
            }
            mapped[i] = body;
        }
    }

    /** Reads where rows begin, so that the processor waits for the memory of all at once. */
    private long prefetch(int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            SegmentBody body = mapped[i];
            if (body != null) {
                read += prefetch(body, i);
            }
        }
        return read;
    }

    private long prefetch(SegmentBody body, int i) {
        try {
            return body.prefetchRow(row(i));
        } catch (IOException e) {
            return 0; // it is found again when the row is copied
        }
    }

    private Outcome copyUnmapped(int i) {
        int position = first + i;
        if (window.isInTier(position)) {
            return Outcome.FROM_MEMORY;
        }
        long address = window.address(position);
        RowSource source = address == Address.NONE ? null : sources.get(address);
        if (source instanceof OpenSegment open) {
            RowCopy copy = open.copyRow(Address.row(address), into, position);
            VarHandle.acquireFence();
            if (sources.get(address) != open) {
                return copyUnmapped(i); // its chunks may hold another segment's rows by now
            }
            return copy == RowCopy.COPIED ? Outcome.FROM_OPEN_SEGMENT : Outcome.MISSING;
        }
        if (source == null) {
            boolean moved = address != Address.NONE && window.copyLate(position); // RefusedRows
            return moved ? Outcome.FROM_MEMORY : Outcome.MISSING;
        }
        return source instanceof SegmentFile file && !file.isUnserved(Address.row(address))
                ? copyFromFile(file, null, i)
                : Outcome.MISSING;
    }

    private Outcome copyFromFile(SegmentFile file, @Nullable SegmentBody body, int i) {
        files[i] = file;
        try {
            RowCopy copy = body == null ? readRow(file, i) : copyMapped(body, i);
            if (alone) {
                AsyncReadErrors.surface(); // an error can be of this row only
            }
            fileRows++;
            return copy == RowCopy.COPIED
                    ? Outcome.FROM_FILE
                    : readAgain(i, new IOException("a row of another shape"));
        } catch (IOException e) {
            AsyncReadErrors.surface(); // an error of an earlier row must not fail the second read
            return readAgain(i, e);
        } catch (InternalError e) {
            if (!alone) {
                throw e; // it may be of an earlier row
            }
            return readAgain(i, e);
        }
    }

    private RowCopy copyMapped(SegmentBody body, int i) throws IOException {
        int row = row(i);
        RowCopy copy = body.copyRow(row, into, first + i);
        if (verifies) {
            storedCrcs[i] = body.storedCrc(row);
        }
        return copy;
    }

    private RowCopy readRow(SegmentFile file, int i) throws IOException {
        int row = row(i);
        RowCopy copy = file.copyRow(row, into, first + i, positional);
        if (verifies) {
            storedCrcs[i] = file.storedCrc(row, positional);
        }
        return copy;
    }

    /**
     * Reads a row a second time, from the file opened again by its name: a failed read does not say
     * that the bytes are damaged.
     */
    Outcome readAgain(int i, Throwable cause) {
        SegmentFile file = file(i);
        try {
            SegmentFile.Reread reread = file.readAgain(row(i), into, first + i);
            storedCrcs[i] = reread.storedCrc();
            logger.debug("row {} of {} was read again", row(i), file.path(), cause);
            fileRows++;
            if (reread.copy() == RowCopy.NO_SHAPE) {
                rejected.damaged(file, window.address(first + i), cause);
            }
            return reread.copy() == RowCopy.COPIED ? Outcome.FROM_FILE : Outcome.MISSING;
        } catch (DeletedFileException e) {
            logger.debug("row {} of {} is gone", row(i), file.path(), e); // so will the file be
        } catch (ChangedFileException e) {
            rejected.damaged(file, window.address(first + i), e);
        } catch (IOException e) {
            rejected.unreadable(file, window.address(first + i), e);
        }
        return Outcome.MISSING;
    }

    Outcome outcome(int i) {
        return outcomes[i];
    }

    /** The file of a row that came from one. */
    SegmentFile file(int i) {
        return Objects.requireNonNull(files[i]);
    }

    /** The number of the row in its source. */
    int row(int i) {
        return Address.row(window.address(first + i));
    }

    /** Tells whether the file of a row that came from one is mapped. */
    boolean isMapped(int i) {
        return mapped[i] != null || file(i).mapped();
    }

    /** The checksum that was stored with a row that came from a file. */
    int storedCrc(int i) {
        return storedCrcs[i];
    }

    /** Tells whether the last file rows took longer than from memory. */
    boolean isFromDisk() {
        return fromDisk;
    }

    /** Tells whether a row of any group came from a file. */
    boolean readFiles() {
        return readFiles;
    }
}
