package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import java.io.IOException;

/**
 * The rows of one variable column of an open segment file.
 *
 * <p>Nothing proves boundaries and dimensions when the file is opened. They are believed only if
 * they lead to bytes of the column and agree with each other and with what the batch has room for;
 * the row's checksum, which is over the dimensions too, tells then whether the row is right.
 */
final class VariableColumn {

    /** A row that is so many times larger than the mean may have a boundary that is damaged. */
    private static final int OUTLIER = 8;

    /** A row of fewer elements does no harm, whatever the others are. */
    private static final long MIN_OUTLIER_ELEMENTS = 1 << 17;

    private final RowShape shape;
    private final RowAccess access;
    private final boolean hasDimensions;
    private final boolean readsDimensions;
    private final int elementBytes;
    private final long valueCount;
    private final long outlierElements;
    private final long boundariesOffset;
    private final long valuesOffset;
    private final long dimensionsOffset;

    VariableColumn(Column column, int number, LayoutV1 layout, RowAccess access) {
        this.shape = new RowShape(column);
        this.access = access;
        this.hasDimensions = column.kind() == ColumnKind.TENSOR;
        this.readsDimensions = hasDimensions && !shape.followsFromSize();
        this.elementBytes = column.type().byteWidth();
        this.valueCount = layout.valueCount(number);
        long mean = valueCount / Math.max(1, layout.rows());
        this.outlierElements = Math.max(MIN_OUTLIER_ELEMENTS, OUTLIER * mean);
        this.boundariesOffset = layout.boundariesOffset(number);
        this.valuesOffset = layout.columnOffset(number);
        this.dimensionsOffset = layout.dimensionsOffset(number);
    }

    /** Copies a row into a batch, if that has room for just its shape. */
    RowCopy copyRow(int row, RowBatch into, int column, int position) throws IOException {
        long boundaries = boundaries(row);
        int from = (int) boundaries;
        int count = end(boundaries) - from;
        RowShapes shapes = into.shapes();
        int bytes = shapes.rowBytes(column, position);
        if (!isWithin(boundaries)
                || (long) count * elementBytes != bytes
                || (readsDimensions && !hasShape(row, shapes, column, position))) {
            return RowCopy.OTHER_SHAPE;
        }
        long offset = valuesOffset + (long) from * elementBytes;
        access.copy(offset, into.buffer(column), shapes.offset(column, position), bytes);
        return RowCopy.COPIED;
    }

    private boolean hasShape(int row, RowShapes shapes, int column, int position)
            throws IOException {
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (storedDimension(row, axis) != shapes.dimension(column, position, axis)) {
                return false;
            }
        }
        return true;
    }

    boolean hasShape(int row) throws IOException {
        return readShape(row, new int[shape.rank()]);
    }

    /** Reads the shape of a row, and returns false if what is there is none. */
    boolean readShape(int row, int[] dimensions) throws IOException {
        long boundaries = boundaries(row);
        int count = end(boundaries) - (int) boundaries;
        for (int axis = 0; axis < shape.rank(); axis++) {
            dimensions[axis] = dimension(row, axis, count);
        }
        return isWithin(boundaries) && shape.accepts(dimensions, count);
    }

    /**
     * A dimension that follows from the size is not read: it would be one more place to wait for.
     */
    private int dimension(int row, int axis, int count) throws IOException {
        return readsDimensions ? storedDimension(row, axis) : shape.dimension(axis, count);
    }

    private int storedDimension(int row, int axis) throws IOException {
        long number = (long) row * shape.rank() + axis;
        return access.getInt(dimensionsOffset + number * Integer.BYTES);
    }

    /** Tells whether the dimensions in the file, which other readers use, are those of the row. */
    boolean hasRightDimensions(int row) throws IOException {
        long boundaries = boundaries(row);
        int count = end(boundaries) - (int) boundaries;
        boolean right = true;
        for (int axis = 0; axis < shape.rank() && hasDimensions; axis++) {
            right &= storedDimension(row, axis) == dimension(row, axis, count);
        }
        return right;
    }

    /** Where a row begins and ends, in elements: the lower and the upper half. */
    private long boundaries(int row) throws IOException {
        return access.getLong(boundariesOffset + (long) row * Integer.BYTES);
    }

    private static int end(long boundaries) {
        return (int) (boundaries >>> Integer.SIZE);
    }

    /** A row that ends before it begins has no shape. */
    private boolean isWithin(long boundaries) {
        return (int) boundaries >= 0 && end(boundaries) <= valueCount;
    }

    /**
     * Tells whether a row is so large that its checksum is to be asked before room is made for it.
     */
    boolean isOutlier(long elements) {
        return elements > outlierElements;
    }

    /** Prefetches the boundaries and dimensions of a row, if the file is mapped. */
    long prefetchShape(int row) {
        long boundary = access.prefetch(boundariesOffset + (long) row * Integer.BYTES);
        return readsDimensions
                ? boundary
                        + access.prefetch(
                                dimensionsOffset + (long) row * shape.rank() * Integer.BYTES)
                : boundary;
    }

    /** Prefetches the first bytes of a row, if the file is mapped. */
    long prefetch(int row) throws IOException {
        long boundaries = boundaries(row);
        return isWithin(boundaries) && (int) boundaries < valueCount
                ? access.prefetch(valuesOffset + (long) (int) boundaries * elementBytes)
                : 0;
    }
}
