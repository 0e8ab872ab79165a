package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An EncodedRow is a row in one array: column after column, the dimensions of a variable one before
 * its bytes.
 */
final class EncodedRow {

    private EncodedRow() {}

    /** The size of a row of a batch. */
    static long bytes(RowBatch batch, int position) {
        List<Column> columns = batch.schema().columns();
        long bytes = 0;
        for (int c = 0; c < columns.size(); c++) {
            bytes += shapeBytes(columns.get(c)) + batch.shapes().rowBytes(c, position);
        }
        return bytes;
    }

    private static int shapeBytes(Column column) {
        return column.isVariable() ? column.rank() * Integer.BYTES : 0;
    }

    static byte[] of(RowBatch batch, int position, int bytes) {
        byte[] row = new byte[bytes];
        RowShapes shapes = batch.shapes();
        List<Column> columns = batch.schema().columns();
        int offset = 0;
        for (int c = 0; c < columns.size(); c++) {
            Column column = columns.get(c);
            for (int axis = 0; column.isVariable() && axis < column.rank(); axis++) {
                int length = shapes.dimension(c, position, axis);
                ByteBuffer.wrap(row).putInt(offset + axis * Integer.BYTES, length);
            }
            offset += shapeBytes(column);
            int rowBytes = shapes.rowBytes(c, position);
            batch.buffer(c).get(shapes.offset(c, position), row, offset, rowBytes);
            offset += rowBytes;
        }
        return row;
    }

    /** Copies a row into a batch, and returns false if that has no room for just its shape. */
    static boolean copy(byte[] row, RowBatch into, int position) {
        RowShapes shapes = into.shapes();
        List<Column> columns = into.schema().columns();
        int offset = 0;
        for (int c = 0; c < columns.size(); c++) {
            Column column = columns.get(c);
            if (column.isVariable() && !hasShape(row, offset, shapes, c, position)) {
                return false;
            }
            offset += shapeBytes(column);
            int rowBytes = shapes.rowBytes(c, position);
            into.buffer(c).put(shapes.offset(c, position), row, offset, rowBytes);
            offset += rowBytes;
        }
        return true;
    }

    private static boolean hasShape(
            byte[] row, int offset, RowShapes shapes, int column, int position) {
        int rank = shapes.schema().columns().get(column).rank();
        for (int axis = 0; axis < rank; axis++) {
            int length = ByteBuffer.wrap(row).getInt(offset + axis * Integer.BYTES);
            if (length != shapes.dimension(column, position, axis)) {
                return false;
            }
        }
        return true;
    }

    /** Reads the shapes of a row's variable columns, in their order. */
    static void readShapes(byte[] row, RowSchema schema, int[][] shapes) {
        ByteBuffer bytes = ByteBuffer.wrap(row);
        int next = 0;
        int offset = 0;
        for (Column column : schema.columns()) {
            if (column.isVariable()) {
                int elements = 1;
                for (int axis = 0; axis < column.rank(); axis++) {
                    int length = bytes.getInt(offset + axis * Integer.BYTES);
                    shapes[next][axis] = length;
                    elements *= length;
                }
                next++;
                offset += shapeBytes(column) + elements * column.type().byteWidth();
            } else {
                offset += column.rowBytes();
            }
        }
    }
}
