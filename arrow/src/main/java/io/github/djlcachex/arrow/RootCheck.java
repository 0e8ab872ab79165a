package io.github.djlcachex.arrow;

import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.StringKeys;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The check of every row of a loaded root against its checksum. */
final class RootCheck {

    private RootCheck() {}

    static void check(VectorSchemaRoot root, RowSchema schema, SegmentInfo segment) {
        int rows = root.getRowCount();
        int columns = schema.columns().size();
        Keys keys = keys(root.getVector(0), rows);
        ByteBuffer[] buffers = new ByteBuffer[columns];
        for (int c = 0; c < columns; c++) {
            int bytes = schema.columns().get(c).rowBytes() * rows;
            ByteBuffer items = items(root.getVector(1 + c)).nioBuffer(0, bytes);
            buffers[c] = items.order(ByteOrder.LITTLE_ENDIAN);
        }
        RowCrc crc = new RowCrc(RowBatch.wrap(schema, rows, buffers));
        IntVector stored = (IntVector) root.getVector(1 + columns);
        for (int row = 0; row < rows; row++) {
            int computed = crc.of(keys, row, row);
            if (computed != stored.get(row)) {
                throw new CorruptFileException(
                        Problem.of(
                                segment.file() + " row " + row,
                                "checksum " + stored.get(row),
                                Integer.toString(computed),
                                "read this segment's other rows through FeatureCache, which checks each"));
            }
        }
    }

    private static Keys keys(FieldVector ids, int rows) {
        return ids instanceof BigIntVector longs ? longs(longs, rows) : strings(ids, rows);
    }

    private static Keys longs(BigIntVector ids, int rows) {
        long[] keys = new long[rows];
        for (int row = 0; row < rows; row++) {
            keys[row] = ids.get(row);
        }
        return Keys.of(keys);
    }

    private static Keys strings(FieldVector ids, int rows) {
        VarCharVector strings = (VarCharVector) ids;
        int[] ends = new int[rows];
        for (int row = 0; row < rows; row++) {
            ends[row] = strings.getOffsetBuffer().getInt((row + 1L) * Integer.BYTES);
        }
        byte[] utf8 = new byte[rows == 0 ? 0 : ends[rows - 1]];
        strings.getDataBuffer().getBytes(0, utf8);
        return StringKeys.ofUtf8(utf8, ends);
    }

    private static ArrowBuf items(FieldVector column) {
        FieldVector lists =
                column instanceof ExtensionTypeVector<?> extension
                        ? (FieldVector) extension.getUnderlyingVector()
                        : column;
        return ((FixedSizeListVector) lists).getDataVector().getDataBuffer();
    }
}
