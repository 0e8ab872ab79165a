package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCopy;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentBody;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A RowShapesReader reads the shapes of rows before the rows themselves, so that a batch is
 * allocated once.
 *
 * <p>It reads what nothing has proven yet. A row that is read as another shape than it has is found
 * out when it is copied: then it is no row of that shape, or its checksum is wrong. For one thread.
 */
final class RowShapesReader {

    private static final Logger logger = LoggerFactory.getLogger(RowShapesReader.class);

    private final Generation.State state;
    private final SourceTable sources;
    private final RejectedRows rejected;
    private final RowSchema schema;
    private final Keys keys;
    private final MemoryTier.Search tier;
    private final long[] addresses;
    private final boolean[] inTier;
    private final boolean[] found;
    private final int[][] ofRow; // the shapes of one row: memory that is used again
    private final int[] ofWindow; // those of the rows of a window, one after the other
    private final int rank; // of all variable columns together

    @SuppressWarnings("unused") // set, so that the compiler keeps the prefetches
    private long prefetchSink;

    RowShapesReader(Generation.State state, GatherContext context, Keys keys) {
        this.state = state;
        this.sources = context.sources();
        this.rejected = context.rejected();
        this.schema = state.contract().schema();
        this.keys = keys;
        this.tier = state.tier().search(keys);
        this.addresses = new long[Math.min(keys.size(), RowIndex.KEYS_AT_ONCE)];
        this.inTier = new boolean[addresses.length];
        this.found = new boolean[addresses.length];
        this.ofRow = newShapes(schema);
        this.rank = Arrays.stream(ofRow).mapToInt(shape -> shape.length).sum();
        this.ofWindow = new int[addresses.length * rank];
    }

    /** Returns an array for the shape of each variable column of a row. */
    static int[][] newShapes(RowSchema schema) {
        int[][] shapes = new int[schema.columns().size()][];
        int count = 0;
        for (Column column : schema.columns()) {
            if (column.isVariable()) {
                shapes[count++] = new int[column.rank()];
            }
        }
        return Arrays.copyOf(shapes, count);
    }

    /** Returns the shapes of some rows of one source that are there for certain. */
    static RowShapes of(RowSource source, RowSchema schema, int from, int count)
            throws IOException {
        if (!schema.isVariable()) {
            return RowShapes.fixed(schema, count);
        }
        RowShapes.Builder builder = RowShapes.builder(schema);
        int[][] shapes = newShapes(schema);
        for (int row = from; row < from + count; row++) {
            if (read(source, schema, row, shapes)) {
                builder.add(shapes);
            } else {
                builder.addEmpty();
            }
        }
        return builder.build();
    }

    private static boolean read(RowSource source, RowSchema schema, int row, int[][] shapes)
            throws IOException {
        return read(schema, shapes, (column, shape) -> source.readShape(row, column, shape));
    }

    /** A reading of the shape of one variable column of a row. */
    private interface Reading {
        boolean shape(int column, int[] shape) throws IOException;
    }

    /** Reads each variable column, and returns false if one has no shape. */
    private static boolean read(RowSchema schema, int[][] shapes, Reading reading)
            throws IOException {
        boolean read = true;
        int next = 0;
        for (int c = 0; c < schema.columns().size(); c++) {
            if (schema.columns().get(c).isVariable()) {
                read &= reading.shape(c, shapes[next++]);
            }
        }
        return read;
    }

    /** Returns the shapes of all rows; a row that is missing has no elements. */
    RowShapes read() {
        RowShapes.Builder builder = RowShapes.builder(schema);
        for (int from = 0; from < keys.size(); from += addresses.length) {
            int count = Math.min(addresses.length, keys.size() - from);
            readWindow(from, count);
            for (int i = 0; i < count; i++) {
                if (found[i]) {
                    recall(i);
                    builder.add(ofRow);
                } else {
                    builder.addEmpty();
                }
            }
        }
        return builder.build();
    }

    private void remember(int i) {
        int to = i * rank;
        for (int[] shape : ofRow) {
            System.arraycopy(shape, 0, ofWindow, to, shape.length);
            to += shape.length;
        }
    }

    private void recall(int i) {
        int from = i * rank;
        for (int[] shape : ofRow) {
            System.arraycopy(ofWindow, from, shape, 0, shape.length);
            from += shape.length;
        }
    }

    private void readWindow(int from, int count) {
        try {
            AsyncReadErrors.surface();
            find(from, count);
            prefetchSink = prefetch(count);
            for (int i = 0; i < count; i++) {
                found[i] = readShapes(from, i);
                remember(i);
            }
            AsyncReadErrors.surface();
        } catch (InternalError deferred) { // of an unknown row: each is read again by itself
            logger.debug("a read of a truncated file failed", deferred);
            for (int i = 0; i < count; i++) {
                found[i] = readShapesAlone(from, i);
                remember(i);
            }
        }
    }

    private void find(int from, int count) {
        for (int i = 0; i < count; i++) {
            inTier[i] = tier.contains(from + i);
        }
        state.index().findAll(keys, from, count, inTier, addresses);
    }

    /** Reads a byte of each, so that the processor waits for the memory of all at once. */
    private long prefetch(int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            if (addresses[i] != Address.NONE
                    && sources.get(addresses[i]) instanceof SegmentFile file) {
                SegmentBody body = file.mappedBody();
                read += body == null ? 0 : body.prefetchShape(Address.row(addresses[i]));
            }
        }
        return read;
    }

    private boolean readShapes(int from, int i) {
        return (inTier[i] && readInTier(from, i))
                || (addresses[i] != Address.NONE
                        // RefusedRows may have moved it to the tier meanwhile
                        && (readAt(from, i) || readInTier(from, i)));
    }

    private boolean readInTier(int from, int i) {
        byte[] row = tier.find(from + i);
        if (row != null) {
            EncodedRow.readShapes(row, schema, ofRow);
        }
        return row != null;
    }

    private boolean readShapesAlone(int from, int i) {
        try {
            boolean read = readShapes(from, i);
            AsyncReadErrors.surface();
            return read;
        } catch (InternalError e) {
            return addresses[i] != Address.NONE
                    && sources.get(addresses[i]) instanceof SegmentFile file
                    && readAgain(file, i, e);
        }
    }

    private boolean readAt(int from, int i) {
        long address = addresses[i];
        return readAt(address, i)
                && (!(sources.get(address) instanceof SegmentFile file)
                        || isBelievable(file, address, from + i));
    }

    /** A damaged boundary may claim all later rows of its file, and so any amount of memory. */
    private boolean isBelievable(SegmentFile file, long address, int position) {
        try {
            return !isOutlier(file) || isProven(file, address, position);
        } catch (IOException e) {
            logger.debug("a large row of {} cannot be read", file.path(), e);
            return false;
        }
    }

    private boolean isOutlier(SegmentFile file) throws IOException {
        return !read(schema, ofRow, (c, shape) -> !file.isOutlier(c, elements(shape)));
    }

    private static long elements(int[] shape) {
        return Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    }

    /** A read that fails is tried once more, from the file opened again, as that of any row is. */
    private boolean isProven(SegmentFile file, long address, int position) throws IOException {
        RowBatch copy = RowBatch.allocateOnHeap(RowShapes.builder(schema).add(ofRow).build());
        int row = Address.row(address);
        boolean right = isRight(file.copyRow(row, copy, 0), file.storedCrc(row), copy, position);
        if (!right) {
            SegmentFile.Reread again = file.readAgain(row, copy, 0);
            right = isRight(again.copy(), again.storedCrc(), copy, position);
        }
        if (!right) {
            rejected.damaged(file, address, null);
        }
        return right;
    }

    private boolean isRight(RowCopy copied, int storedCrc, RowBatch copy, int position) {
        return copied == RowCopy.COPIED && storedCrc == new RowCrc(copy).of(keys, position, 0);
    }

    private boolean readAt(long address, int i) {
        RowSource source = sources.get(address);
        if (source == null || !sources.isReadable(address)) {
            return false;
        }
        try {
            boolean read = read(source, schema, Address.row(address), ofRow);
            VarHandle.acquireFence();
            if (source instanceof OpenSegment && sources.get(address) != source) {
                return readAt(address, i); // its memory may hold another segment's rows by now
            }
            return read;
        } catch (IOException e) {
            return source instanceof SegmentFile file && readAgain(file, i, e);
        }
    }

    private boolean readAgain(SegmentFile file, int i, Throwable cause) {
        int row = Address.row(addresses[i]);
        try {
            return read(schema, ofRow, (column, shape) -> file.readShapeAgain(row, column, shape));
        } catch (IOException e) {
            logger.debug("the shape of row {} of {} cannot be read", row, file.path(), e);
            logger.trace("it was read again after", cause);
            return false;
        }
    }
}
