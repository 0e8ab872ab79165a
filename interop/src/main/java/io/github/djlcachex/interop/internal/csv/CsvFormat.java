package io.github.djlcachex.interop.internal.csv;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.table.SourceFiles;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Comma-separated values in UTF-8, below a line of names. A vector is one column a dimension,
 * {@code v_0} to {@code v_n}, or a list in one column.
 */
public final class CsvFormat implements TableFormat {

    @Override
    public FileFormat format() {
        return FileFormat.CSV;
    }

    @Override
    public boolean isTyped() {
        return false;
    }

    @Override
    public List<Path> files(Path source) throws IOException {
        return SourceFiles.of(source, FileFormat.CSV);
    }

    @Override
    public TableReader open(Path file) throws IOException {
        return new CsvTableReader(file);
    }

    @Override
    public TableWriter create(Path file, List<TableColumn> columns) throws IOException {
        return new CsvTableWriter(file, columns);
    }
}
