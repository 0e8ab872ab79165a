package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.table.SourceFiles;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Arrow IPC files and streams. */
public final class ArrowFormat implements TableFormat {

    @Override
    public FileFormat format() {
        return FileFormat.ARROW;
    }

    @Override
    public List<Path> files(Path source) throws IOException {
        return SourceFiles.of(source, FileFormat.ARROW);
    }

    @Override
    public TableReader open(Path file) throws IOException {
        return ArrowReader.open(file);
    }

    @Override
    public TableWriter create(Path file, List<TableColumn> columns) throws IOException {
        return new ArrowWriter(file, columns, Map.of(), false);
    }
}
