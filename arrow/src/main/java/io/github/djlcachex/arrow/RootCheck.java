package io.github.djlcachex.arrow;

import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.StringKeys;

import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The check of every row of a loaded root against its checksum. */
final class RootCheck {

    private RootCheck() {}

    static void check(VectorSchemaRoot root, RowSchema schema, SegmentInfo segment) {
        int rows = root.getRowCount();
        Keys keys = keys(root.getVector(0), rows);
        RowCrc crc = new RowCrc(RootRows.of(root, schema, segment));
        IntVector stored = (IntVector) root.getVector(1 + schema.columns().size());
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
}
