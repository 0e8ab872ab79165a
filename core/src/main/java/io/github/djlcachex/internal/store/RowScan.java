package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.RowCopy;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import java.io.IOException;

/** One reading of all rows of a file, each held against its checksum. */
final class RowScan {

    /** What is done with a row that is what was written. */
    interface Intact {
        void row(int row, RowBatch copy, int crc) throws IOException;
    }

    /** What is done with a row that is not. */
    interface Bad {
        void row(int row);
    }

    private RowScan() {}

    static void scan(SegmentFile file, Keys keys, Intact intact, Bad bad) throws IOException {
        RowSchema schema = file.contract().schema();
        RowBatch copy = RowBatch.allocate(RowShapes.builder(schema).addEmpty().build());
        RowCrc crc = new RowCrc(copy);
        for (int row = 0; row < file.rows(); row++) {
            if (schema.isVariable()) {
                copy = RowBatch.allocateOnHeap(RowShapesReader.of(file, schema, row, 1));
                crc = new RowCrc(copy);
            }
            RowCopy copied = file.copyRow(row, copy, 0);
            int stored = file.storedCrc(row);
            if (copied == RowCopy.COPIED
                    && stored == crc.of(keys, row, 0)
                    && file.hasRightDimensions(row)) {
                intact.row(row, copy, stored);
            } else {
                bad.row(row);
            }
        }
    }

    /** Tells whether one row of a file is what was written. */
    static boolean isIntact(SegmentFile file, Keys keys, int row) throws IOException {
        RowSchema schema = file.contract().schema();
        RowBatch copy =
                schema.isVariable()
                        ? RowBatch.allocateOnHeap(RowShapesReader.of(file, schema, row, 1))
                        : RowBatch.allocateOnHeap(schema, 1);
        return file.copyRow(row, copy, 0) == RowCopy.COPIED
                && file.storedCrc(row) == new RowCrc(copy).of(keys, row, 0)
                && file.hasRightDimensions(row);
    }
}
