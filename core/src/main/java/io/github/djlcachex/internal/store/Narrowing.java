package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.ServedColumns;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A Narrowing converts batches between the columns that users see and those that are stored, of
 * which some are of another precision. Immutable.
 */
final class Narrowing {

    private static final int SCALE = -1;

    private final RowSchema stored;
    private final RowSchema served;
    private final int[] servedOf; // by stored column; SCALE for one that is not served

    private Narrowing(RowSchema stored) {
        this.stored = stored;
        this.served = ServedColumns.of(stored);
        this.servedOf = new int[stored.columns().size()];
        for (int c = 0, next = 0; c < servedOf.length; c++) {
            servedOf[c] = ServedColumns.isScale(stored.columns(), c) ? SCALE : next++;
        }
    }

    /** The conversion of stored columns, or null if they are served as they are. */
    static @Nullable Narrowing of(RowSchema stored) {
        return stored.columns().stream().anyMatch(ServedColumns::isNarrowed)
                ? new Narrowing(stored)
                : null;
    }

    RowSchema stored() {
        return stored;
    }

    RowSchema served() {
        return served;
    }

    /** The scratch memory that {@link #room} takes for rows of some shapes. */
    long scratchBytes(RowShapes servedShapes) {
        RowShapes shapes = storedShapes(servedShapes);
        long bytes = 0;
        for (int c = 0; c < servedOf.length; c++) {
            bytes += isConverted(c) ? Scratch.sizeOf(shapes.columnBytes(c)) : 0;
        }
        return bytes;
    }

    /** A batch of the stored columns beside a served one, whose other columns it shares. */
    RowBatch room(RowBatch beside, Scratch scratch) {
        RowShapes shapes = storedShapes(beside.shapes());
        ByteBuffer[] buffers = new ByteBuffer[servedOf.length];
        for (int c = 0; c < buffers.length; c++) {
            buffers[c] =
                    isConverted(c)
                            ? scratch.take(shapes.columnBytes(c))
                            : beside.buffer(servedOf[c]);
        }
        return RowBatch.wrap(shapes, buffers);
    }

    private boolean isConverted(int column) {
        return servedOf[column] == SCALE || ServedColumns.isNarrowed(stored.columns().get(column));
    }

    private RowShapes storedShapes(RowShapes servedShapes) {
        return shapesOf(stored, servedShapes);
    }

    /** The shapes of the served rows. */
    RowShapes servedShapes(RowShapes storedShapes) {
        return shapesOf(served, storedShapes);
    }

    /** Both have the same variable columns in one order, since scales are none. */
    private static RowShapes shapesOf(RowSchema schema, RowShapes others) {
        if (!schema.isVariable()) {
            return RowShapes.fixed(schema, others.rows());
        }
        List<Column> columns = others.schema().columns();
        int[] variable =
                IntStream.range(0, columns.size())
                        .filter(c -> columns.get(c).isVariable())
                        .toArray();
        int[][] shapes = new int[variable.length][];
        RowShapes.Builder builder = RowShapes.builder(schema);
        for (int row = 0; row < others.rows(); row++) {
            for (int i = 0; i < variable.length; i++) {
                shapes[i] = others.shape(variable[i], row);
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
        FloatBuffer values = rows.buffer(servedOf[c]).asFloatBuffer();
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

    /**
     * Widens rows.
     *
     * @param narrow the stored rows
     * @param left the rows that are left as they are in the served batch
     * @param rows the served batch to fill
     */
    void widen(RowBatch narrow, BitSet left, RowBatch rows, Scratch scratch) {
        for (int c = 0; c < servedOf.length; c++) {
            Column column = stored.columns().get(c);
            if (ServedColumns.isNarrowed(column)) {
                FloatBuffer values = rows.buffer(servedOf[c]).asFloatBuffer();
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
