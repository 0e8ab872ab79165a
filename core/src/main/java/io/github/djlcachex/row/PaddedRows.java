package io.github.djlcachex.row;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** PaddedRows copies the rows of a column into rows of one shape, and fills what is left. */
final class PaddedRows {

    private final RowShapes shapes;
    private final int number;
    private final Column column;
    private final ByteBuffer source;
    private final byte[] element;
    private final int[] target;

    PaddedRows(RowShapes shapes, int number, ByteBuffer source, ByteBuffer element) {
        this.shapes = shapes;
        this.number = number;
        this.column = shapes.schema().columns().get(number);
        this.source = source;
        this.element = new byte[element.remaining()];
        element.duplicate().get(this.element);
        if (this.element.length != column.type().byteWidth()) {
            throw new InvalidRowsException(
                    Problem.of(
                            "element to pad " + column,
                            column.type().byteWidth() + " bytes",
                            this.element.length + " bytes",
                            "give the bytes of one element of the column, little-endian"));
        }
        this.target =
                Arrays.stream(shapes.longest(number)).map(length -> Math.max(1, length)).toArray();
    }

    ColumnBuffer copy() {
        Column fixed = Column.of(column.name(), column.type(), target);
        RowShapes padded = RowShapes.fixed(RowSchema.of(fixed), shapes.rows());
        ByteBuffer copy = ByteBuffer.allocate(padded.columnBytes(0)).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < shapes.rows(); row++) {
            int[] shape = shapes.shape(number, row);
            if (!Arrays.equals(shape, target)) {
                fill(copy, padded.offset(0, row), padded.rowBytes(0, row));
            }
            copyAxis(copy, shape, 0, shapes.offset(number, row), padded.offset(0, row));
        }
        return new ColumnBuffer(padded, 0, copy);
    }

    private void fill(ByteBuffer copy, int from, int bytes) {
        for (int i = 0; i < bytes; i += element.length) {
            copy.put(from + i, element);
        }
    }

    /** Copies what lies below an axis, as one run where nothing below it is padded. */
    private void copyAxis(ByteBuffer copy, int[] shape, int axis, int from, int to) {
        if (axis + 1 >= shape.length // one run, or one number a row
                || Arrays.equals(shape, axis + 1, shape.length, target, axis + 1, shape.length)) {
            copy.put(to, source, from, bytesBelow(axis, shape));
            return;
        }
        int sourceStep = bytesBelow(axis + 1, shape);
        int targetStep = bytesBelow(axis + 1, target);
        for (int i = 0; i < shape[axis]; i++) {
            copyAxis(copy, shape, axis + 1, from + i * sourceStep, to + i * targetStep);
        }
    }

    private int bytesBelow(int axis, int[] shape) {
        int bytes = element.length;
        for (int i = axis; i < shape.length; i++) {
            bytes *= shape[i];
        }
        return bytes;
    }
}
