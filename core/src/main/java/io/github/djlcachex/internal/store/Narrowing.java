package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.ServedColumns;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A Narrowing converts batches between the columns that users see and those that are stored, of
 * which some are of another precision or sparse. Immutable.
 */
final class Narrowing {

    private static final int COMPANION = -1;

    private final RowSchema stored;
    private final RowSchema served;
    private final int[] servedOf; // by stored column; COMPANION for one that is not served
    private final List<SparseColumn> sparse = new ArrayList<>();
    private final @Nullable Narrowing rounding;

    private Narrowing(RowSchema stored) {
        this.stored = stored;
        this.served = ServedColumns.of(stored);
        this.servedOf = new int[stored.columns().size()];
        List<Column> rounded = new ArrayList<>();
        for (int c = 0, next = 0; c < servedOf.length; c++) {
            Column column = stored.columns().get(c);
            boolean companion = ServedColumns.isCompanion(stored.columns(), c);
            servedOf[c] = companion ? COMPANION : next++;
            if (column.isSparse()) {
                sparse.add(SparseColumn.of(column, servedOf[c], c));
                rounded.add(served.columns().get(servedOf[c]));
            } else if (c == 0 || !stored.columns().get(c - 1).isSparse()) { // no indices
                rounded.add(column);
            }
        }
        this.rounding = sparse.isEmpty() ? this : of(RowSchema.of(rounded));
    }

    /** The conversion of stored columns, or null if they are served as they are. */
    static @Nullable Narrowing of(RowSchema stored) {
        return stored.columns().stream().anyMatch(ServedColumns::isConverted)
                ? new Narrowing(stored)
                : null;
    }

    /** The same without the sparse columns, or null: those are exact. */
    @Nullable Narrowing rounding() {
        return rounding;
    }

    boolean isSparse() {
        return !sparse.isEmpty();
    }

    RowSchema stored() {
        return stored;
    }

    RowSchema served() {
        return served;
    }

    /** The scratch memory that {@link #room} takes for rows of some stored shapes. */
    long scratchBytes(RowShapes shapes) {
        long bytes = 0;
        for (int c = 0; c < servedOf.length; c++) {
            bytes += isConverted(c) ? Scratch.sizeOf(shapes.columnBytes(c)) : 0;
        }
        return bytes;
    }

    /** A batch of the stored columns beside a served one, whose other columns it shares. */
    RowBatch room(RowBatch beside, RowShapes shapes, Scratch scratch) {
        ByteBuffer[] buffers = new ByteBuffer[servedOf.length];
        for (int c = 0; c < buffers.length; c++) {
            buffers[c] =
                    isConverted(c)
                            ? scratch.take(shapes.columnBytes(c))
                            : whole(beside.buffer(servedOf[c]));
        }
        return RowBatch.wrap(shapes, buffers);
    }

    /** All of a buffer, wherever its owner has left the position. */
    private static ByteBuffer whole(ByteBuffer buffer) {
        return buffer.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    private boolean isConverted(int column) {
        return servedOf[column] == COMPANION
                || ServedColumns.isConverted(stored.columns().get(column));
    }

    /** The most rows that are converted at once, so that the scratch memory stays small. */
    int rowsAtOnce(RowBatch batch) {
        if (isSparse()) {
            long dense = sparse.stream().mapToLong(SparseColumn::denseRowBytes).sum();
            return (int) Math.max(1, 2L * ScratchPool.MAX_KEPT_BYTES / dense);
        }
        if (batch.schema().isVariable()) { // rows of the average size, stored in half of theirs
            long bytes = Math.max(ScratchPool.MAX_KEPT_BYTES, batch.bytes());
            return (int) Math.max(1, (long) batch.rows() * ScratchPool.MAX_KEPT_BYTES / bytes);
        }
        return (int) Math.max(1, ScratchPool.MAX_KEPT_BYTES / 2 / stored.rowBytes());
    }

    /** The shapes that served rows have as they are stored. */
    RowShapes storedShapes(RowBatch rows) {
        return storedShapes(rows.shapes(), (column, row) -> column.count(rows, row));
    }

    /**
     * The shapes of the rows that a gather reads into a served batch.
     *
     * @param found the stored shapes as they were read, which nothing has proven yet
     */
    RowShapes storedShapes(RowShapes servedShapes, RowShapes found) {
        return storedShapes(
                servedShapes,
                (column, row) ->
                        isPossible(found, row) ? found.dimension(column.stored(), row, 0) : 0);
    }

    private boolean isPossible(RowShapes found, int row) {
        long bytes = 0;
        for (SparseColumn column : sparse) {
            int count = column.count(found, row);
            bytes = count < 0 ? Long.MAX_VALUE : bytes + column.bytesOf(count);
            if (bytes > WritePath.MAX_ROW_BYTES) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether a row takes more than any that is stored. */
    boolean isTooLarge(RowBatch rows, int row) {
        long bytes = 0;
        for (SparseColumn column : sparse) {
            bytes += column.bytesOf(column.count(rows, row));
        }
        return bytes > WritePath.MAX_ROW_BYTES;
    }

    private interface Counts {
        int of(SparseColumn column, int row);
    }

    private RowShapes storedShapes(RowShapes servedShapes, Counts counts) {
        if (!stored.isVariable()) {
            return RowShapes.fixed(stored, servedShapes.rows());
        }
        RowShapes.Builder builder = RowShapes.builder(stored);
        int[][] shapes = RowShapesReader.newShapes(stored);
        for (int row = 0; row < servedShapes.rows(); row++) {
            int next = 0;
            int nextSparse = 0;
            for (int c = 0; c < servedOf.length; c++) {
                if (stored.columns().get(c).isSparse()) {
                    int elements = counts.of(sparse.get(nextSparse++), row);
                    shapes[next++][0] = elements;
                    shapes[next++][0] = elements; // of the indices, which follow
                    c++;
                } else if (stored.columns().get(c).isVariable()) {
                    shapes[next++] = servedShapes.shape(servedOf[c], row);
                }
            }
            builder.add(shapes);
        }
        return builder.build();
    }

    /** The shapes of the served rows. */
    RowShapes servedShapes(RowShapes storedShapes) {
        if (!served.isVariable()) {
            return RowShapes.fixed(served, storedShapes.rows());
        }
        int[] variable =
                IntStream.range(0, servedOf.length)
                        .filter(c -> servedOf[c] != COMPANION)
                        .filter(c -> served.columns().get(servedOf[c]).isVariable())
                        .toArray();
        RowShapes.Builder builder = RowShapes.builder(served);
        int[][] shapes = new int[variable.length][];
        for (int row = 0; row < storedShapes.rows(); row++) {
            for (int i = 0; i < variable.length; i++) {
                shapes[i] = storedShapes.shape(variable[i], row);
            }
            builder.add(shapes);
        }
        return builder.build();
    }

    /**
     * Narrows all rows.
     *
     * @param rows the served rows
     * @param narrow the batch to fill, of {@link #room}
     * @return the rows that are out of range, whose stored bytes mean nothing
     */
    BitSet narrow(RowBatch rows, RowBatch narrow, Scratch scratch) {
        BitSet outOfRange = new BitSet();
        sparse.forEach(column -> column.split(rows, narrow));
        for (int c = 0; c < servedOf.length; c++) {
            if (ServedColumns.isNarrowed(stored.columns().get(c))) {
                narrowColumn(c, rows, narrow, scratch, outOfRange);
            }
        }
        return outOfRange;
    }

    private void narrowColumn(
            int c, RowBatch rows, RowBatch narrow, Scratch scratch, BitSet outOfRange) {
        ElementType type = stored.columns().get(c).type();
        FloatBuffer values = whole(rows.buffer(servedOf[c])).asFloatBuffer();
        ByteBuffer bytes = narrow.buffer(c);
        ShortBuffer halves = bytes.asShortBuffer();
        RowShapes shapes = narrow.shapes();
        int width = type.byteWidth();
        for (int row = 0; row < rows.rows(); row++) {
            int from = shapes.offset(c, row) / width;
            int count = shapes.rowBytes(c, row) / width;
            if (type == ElementType.INT8) {
                float scale = Precision.scale(values, from, count, scratch);
                narrow.buffer(c + 1).putFloat(row * Float.BYTES, scale);
                if (Float.isNaN(scale)) {
                    outOfRange.set(row);
                } else {
                    Precision.narrow(values, from, count, scale, bytes, scratch);
                }
            } else if (!Precision.narrow(type, values, from, count, halves, scratch)) {
                outOfRange.set(row);
            }
        }
    }

    /** The rows among those that were found whose indices are none of a dense row's. */
    BitSet illegal(RowBatch narrow, BitSet left) {
        BitSet illegal = new BitSet();
        for (SparseColumn column : sparse) {
            for (int row = left.nextClearBit(0);
                    row < narrow.rows();
                    row = left.nextClearBit(row + 1)) {
                if (!column.isLegal(narrow, row)) {
                    illegal.set(row);
                }
            }
        }
        return illegal;
    }

    /**
     * Widens rows, none of them illegal.
     *
     * @param narrow the stored rows
     * @param left the rows that are left as they are in the served batch
     * @param rows the served batch to fill
     */
    void widen(RowBatch narrow, BitSet left, RowBatch rows, Scratch scratch) {
        for (SparseColumn column : sparse) {
            for (int row = left.nextClearBit(0);
                    row < rows.rows();
                    row = left.nextClearBit(row + 1)) {
                column.scatter(narrow, row, rows);
            }
        }
        for (int c = 0; c < servedOf.length; c++) {
            Column column = stored.columns().get(c);
            if (ServedColumns.isNarrowed(column)) {
                FloatBuffer values = whole(rows.buffer(servedOf[c])).asFloatBuffer();
                for (int from = left.nextClearBit(0); from < rows.rows(); ) {
                    int end = left.nextSetBit(from);
                    int to = end < 0 ? rows.rows() : Math.min(end, rows.rows());
                    widenRows(c, narrow, from, to, values, scratch);
                    from = left.nextClearBit(to);
                }
            }
        }
    }

    private void widenRows(
            int c, RowBatch narrow, int from, int to, FloatBuffer values, Scratch scratch) {
        ElementType type = stored.columns().get(c).type();
        RowShapes shapes = narrow.shapes();
        if (type == ElementType.INT8) {
            for (int row = from; row < to; row++) {
                Precision.widen(
                        narrow.buffer(c),
                        shapes.offset(c, row),
                        shapes.rowBytes(c, row),
                        narrow.buffer(c + 1).getFloat(row * Float.BYTES),
                        values,
                        scratch);
            }
        } else {
            int width = type.byteWidth();
            int first = shapes.offset(c, from) / width;
            Precision.widen(
                    type,
                    narrow.buffer(c).asShortBuffer(),
                    first,
                    shapes.offset(c, to) / width - first,
                    values,
                    scratch);
        }
    }
}
