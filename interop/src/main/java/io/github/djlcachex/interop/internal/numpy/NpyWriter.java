package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes one column to an array, and the ids beside it: integers to an array, texts to lines. */
final class NpyWriter implements TableWriter {

    private final ArrayFile array;
    private final TableWriter ids;

    NpyWriter(Path file, List<TableColumn> columns) throws IOException {
        TableColumn column = columns.get(1);
        ArrayFile.check(column, "export arrow or parquet");
        if (column.type() == LeafType.TEXT) {
            throw Refusals.rows("column " + column, "numbers", "texts", "export npz or arrow");
        }
        TableColumn id = columns.get(0);
        this.array = new ArrayFile(file, column);
        this.ids =
                id.type() == LeafType.TEXT
                        ? new Lines(NpyFormat.beside(file, NpyFormat.IDS + NpyFormat.LINES))
                        : new Integers(
                                NpyFormat.beside(file, NpyFormat.IDS + NpyFormat.SUFFIX), id);
    }

    @Override
    public void write(List<ColumnData> rows) throws IOException {
        ids.write(rows);
        array.write(rows.get(1));
    }

    @Override
    public void finish() throws IOException {
        ids.finish();
        array.finish();
    }

    @Override
    public void close() throws IOException {
        try (array) {
            ids.close();
        }
    }

    /** Ids in an array. */
    private static final class Integers implements TableWriter {

        private final ArrayFile array;

        Integers(Path file, TableColumn column) throws IOException {
            this.array = new ArrayFile(file, column);
        }

        @Override
        public void write(List<ColumnData> rows) throws IOException {
            array.write(rows.get(0));
        }

        @Override
        public void finish() throws IOException {
            array.finish();
        }

        @Override
        public void close() throws IOException {
            array.close();
        }
    }

    /** Ids in lines. */
    private static final class Lines implements TableWriter {

        private final OutputStream output;

        Lines(Path file) throws IOException {
            this.output = new BufferedOutputStream(Files.newOutputStream(file));
        }

        @Override
        public void write(List<ColumnData> rows) throws IOException {
            ColumnData ids = rows.get(0);
            for (int row = 0; row < ids.rows(); row++) {
                byte[] id = new byte[ids.start(row + 1) - ids.start(row)];
                ids.values().get(ids.start(row), id);
                for (byte b : id) {
                    if (b == '\n' || b == '\r') {
                        throw Refusals.rows(
                                "ids", "ids of one line", "one of several", "export npz or arrow");
                    }
                }
                output.write(id);
                output.write('\n');
            }
        }

        @Override
        public void finish() throws IOException {
            output.flush();
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }
}
