package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes columns to an archive. Its arrays come one after the other, so that each is in a file of
 * its own until the last row is there.
 */
final class NpzWriter implements TableWriter {

    private final Path file;
    private final List<TableColumn> columns;
    private final List<Path> spilled = new ArrayList<>();
    private final List<Closeable> arrays = new ArrayList<>();

    NpzWriter(Path file, List<TableColumn> columns) throws IOException {
        this.file = file;
        this.columns = List.copyOf(columns);
        columns.forEach(column -> ArrayFile.check(column, "export arrow or parquet"));
        for (TableColumn column : columns) {
            Path spill = file.resolveSibling(file.getFileName() + "." + arrays.size() + ".tmp");
            spilled.add(spill);
            arrays.add(
                    column.type() == LeafType.TEXT
                            ? new TextSpill(spill, column.name())
                            : new ArrayFile(spill, column));
        }
    }

    @Override
    public void write(List<ColumnData> rows) throws IOException {
        for (int c = 0; c < arrays.size(); c++) {
            if (arrays.get(c) instanceof TextSpill texts) {
                texts.write(rows.get(c));
            } else if (arrays.get(c) instanceof ArrayFile array) {
                array.write(rows.get(c));
            }
        }
    }

    @Override
    public void finish() throws IOException {
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            zip.setLevel(0);
            for (int c = 0; c < arrays.size(); c++) {
                zip.putNextEntry(new ZipEntry(columns.get(c).name() + NpyFormat.SUFFIX));
                if (arrays.get(c) instanceof TextSpill texts) {
                    texts.copyTo(zip);
                } else if (arrays.get(c) instanceof ArrayFile array) {
                    array.finish();
                    array.close();
                    Files.copy(spilled.get(c), zip);
                }
                zip.closeEntry();
                Files.delete(spilled.get(c));
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable array : arrays) {
            array.close();
        }
    }
}
