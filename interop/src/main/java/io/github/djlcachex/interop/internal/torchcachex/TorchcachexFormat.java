package io.github.djlcachex.interop.internal.torchcachex;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.arrow.ArrowReader;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.internal.table.SourceFiles;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The cache directory of one module of torchcachex. Its segments hold everything; its index is a
 * pickle, which would run code, and is not read.
 */
public final class TorchcachexFormat implements TableFormat {

    private static final String SEGMENTS = "segments";

    @Override
    public FileFormat format() {
        return FileFormat.TORCHCACHEX;
    }

    @Override
    public String idColumn() {
        return TorchcachexReader.KEY;
    }

    @Override
    public List<Path> files(Path source) throws IOException {
        Path segments = source.resolve(SEGMENTS);
        if (!Files.isDirectory(segments)) {
            throw Refusals.option(
                    "source",
                    "the directory of a module of torchcachex, with " + SEGMENTS + " in it",
                    source.toString(),
                    "name the directory below cache_dir that is called like the module");
        }
        return SourceFiles.below(
                segments,
                name -> name.startsWith("segment_") && name.endsWith(".arrow"),
                FileFormat.TORCHCACHEX);
    }

    @Override
    public TableReader open(Path file) throws IOException {
        return new TorchcachexReader(ArrowReader.open(file), file);
    }
}
