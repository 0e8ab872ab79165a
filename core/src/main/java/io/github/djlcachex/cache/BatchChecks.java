package io.github.djlcachex.cache;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** BatchChecks refuses batches that a cache cannot fill or store. */
final class BatchChecks {

    private BatchChecks() {}

    static void sameSize(Keys keys, RowBatch batch) {
        if (keys.size() != batch.rows()) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row batch",
                            keys.size() + " rows, one a key",
                            batch.rows() + " rows",
                            "pass a batch of the keys' size"));
        }
    }

    static void writable(RowBatch batch) {
        for (int column = 0; column < batch.schema().columns().size(); column++) {
            if (batch.buffer(column).isReadOnly()) {
                throw new InvalidRowsException(
                        Problem.of(
                                "row batch",
                                "buffers that can be filled",
                                "a read-only buffer in column " + column,
                                "pass buffers that are not read-only"));
            }
        }
    }

    /** Other readers of the file refuse a text column that has anything else. */
    static void wellFormed(RowBatch batch) {
        List<Column> columns = batch.schema().columns();
        for (int column = 0; column < columns.size(); column++) {
            boolean text = columns.get(column).kind() == ColumnKind.STRING;
            for (int row = 0; text && row < batch.rows(); row++) {
                checkText(batch.column(column).row(row), row, columns.get(column));
            }
        }
    }

    private static void checkText(ByteBuffer bytes, int row, Column column) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (CharacterCodingException e) {
            throw new InvalidRowsException(
                    Problem.of(
                            "row " + row + " of column " + column,
                            "well-formed UTF-8",
                            String.valueOf(e.getMessage()),
                            "encode texts as UTF-8, or use a column of Column.ofBinary",
                            e));
        }
    }
}
