package io.github.djlcachex.parquet;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.table.SourceFiles;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** ParquetFormat reads and writes Parquet. A service: {@code FileFormat.PARQUET} finds it. */
public final class ParquetFormat implements TableFormat {

    /** Creates the format, for {@link java.util.ServiceLoader}. */
    public ParquetFormat() {}

    @Override
    public FileFormat format() {
        return FileFormat.PARQUET;
    }

    @Override
    public List<Path> files(Path source) throws IOException {
        return SourceFiles.of(source, FileFormat.PARQUET);
    }

    @Override
    public TableReader open(Path file) throws IOException {
        return new ParquetTableReader(file);
    }

    @Override
    public TableWriter create(Path file, List<TableColumn> columns) throws IOException {
        return new ParquetTableWriter(file, columns);
    }
}
