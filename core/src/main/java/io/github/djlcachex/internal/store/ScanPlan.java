package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.RowCopy;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A ScanPlan tells which rows of a file come into the next batch of a scan, and their shapes: as
 * many as are within the limits, and one row at least. For one thread.
 *
 * <p>The shapes are read before anything proves them. A row that claims far more room than the
 * others is held against its checksum first: a damaged boundary may claim all that follows.
 */
final class ScanPlan {

    /** The most rows of a batch. */
    static final int MAX_ROWS = 4096;

    /** The most bytes of a batch as it is served, unless a single row has more. */
    static final long MAX_BYTES = 4L << 20;

    /** The rows of a batch, by their numbers in the file, and their shapes as they are stored. */
    static final class Batch {
        final int[] rows;
        final RowShapes shapes;

        Batch(int[] rows, RowShapes shapes) {
            this.rows = rows;
            this.shapes = shapes;
        }
    }

    private final SegmentFile file;
    private final Keys keys;
    private final RowSchema schema;
    private final ChosenRows chosen;
    private final long fixedBytes;
    private final int[] elementBytes; // as it is served, by variable column of the file
    private final int[][] shapes; // of one row
    private int next;

    /**
     * @param narrowing the conversion of the rows, or null if they are read as they are stored
     */
    ScanPlan(SegmentFile.Opened opened, ChosenRows chosen, @Nullable Narrowing narrowing)
            throws IOException {
        this.file = opened.file();
        this.keys = opened.keys();
        this.schema = file.contract().schema();
        this.chosen = chosen;
        this.shapes = RowShapesReader.newShapes(schema);
        RowSchema delivered = narrowing == null ? schema : narrowing.served();
        this.fixedBytes =
                delivered.columns().stream()
                        .filter(column -> !column.isVariable())
                        .mapToLong(Column::rowBytes)
                        .sum();
        this.elementBytes =
                schema.columns().stream()
                        .filter(Column::isVariable)
                        .mapToInt(column -> elementBytes(column, narrowing != null))
                        .toArray();
        this.next = chosen.next(0);
    }

    /** The elements of a sparse column are in the dense row, which counts as a fixed one. */
    private static int elementBytes(Column column, boolean served) {
        return (served ? column.servedType() : column.type()).byteWidth();
    }

    boolean isAtEnd() {
        return next < 0;
    }

    /** The next rows, of which there is one at least. */
    Batch next() throws IOException {
        return schema.isVariable() ? nextVariable() : nextFixed();
    }

    private Batch nextFixed() {
        int most = (int) Math.max(1, Math.min(MAX_ROWS, MAX_BYTES / Math.max(1, fixedBytes)));
        int[] rows = new int[most];
        int count = 0;
        while (count < most && next >= 0) {
            rows[count++] = advance();
        }
        return new Batch(Arrays.copyOf(rows, count), RowShapes.fixed(schema, count));
    }

    private Batch nextVariable() throws IOException {
        RowShapes.Builder builder = RowShapes.builder(schema);
        int[] rows = new int[MAX_ROWS];
        int count = 0;
        long bytes = 0;
        while (count < MAX_ROWS && next >= 0) {
            boolean read = readShapes(next);
            bytes += fixedBytes + (read ? variableBytes() : 0);
            if (count > 0 && bytes > MAX_BYTES) {
                break;
            }
            if (read) {
                builder.add(shapes);
            } else {
                builder.addEmpty(); // the copy will tell that this is not its shape
            }
            rows[count++] = advance();
        }
        return new Batch(Arrays.copyOf(rows, count), builder.build());
    }

    private int advance() {
        int row = next;
        next = chosen.next(row + 1);
        return row;
    }

    private long variableBytes() {
        long bytes = 0;
        for (int i = 0; i < shapes.length; i++) {
            bytes += elements(shapes[i]) * elementBytes[i];
        }
        return bytes;
    }

    private static long elements(int[] shape) {
        return Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    }

    private boolean readShapes(int row) throws IOException {
        List<Column> columns = schema.columns();
        boolean outlier = false;
        int variable = 0;
        for (int c = 0; c < columns.size(); c++) {
            if (columns.get(c).isVariable()) {
                if (!file.readShape(row, c, shapes[variable])) {
                    return false;
                }
                outlier |= file.isOutlier(c, elements(shapes[variable++]));
            }
        }
        return !outlier || isRight(row);
    }

    private boolean isRight(int row) throws IOException {
        RowBatch copy = RowBatch.allocateOnHeap(RowShapes.builder(schema).add(shapes).build());
        return file.copyRow(row, copy, 0) == RowCopy.COPIED
                && file.storedCrc(row) == new RowCrc(copy).of(keys, row, 0);
    }
}
