package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.table.IdLines;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.internal.table.SourceFiles;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One array a file. Its ids are in a file beside it, {@code x.ids.npy} or {@code x.ids.txt} of
 * {@code x.npy}, unless another one is named.
 */
public final class NpyFormat implements TableFormat {

    static final String SUFFIX = ".npy";
    static final String IDS = ".ids";
    static final String LINES = ".txt";
    static final String ID = "id";
    private static final String VALUE = "value";

    @Override
    public FileFormat format() {
        return FileFormat.NPY;
    }

    @Override
    public List<Path> files(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        return SourceFiles.below(
                source,
                name -> name.endsWith(SUFFIX) && !name.endsWith(IDS + SUFFIX),
                FileFormat.NPY);
    }

    @Override
    public TableReader open(Path file) throws IOException {
        Map<String, ArraysReader.ArraySource> arrays = new LinkedHashMap<>();
        Path ids = beside(file, IDS + SUFFIX);
        if (!ids.equals(file) && Files.isRegularFile(ids)) {
            arrays.put(ID, () -> array(ids));
        }
        arrays.put(VALUE, () -> array(file));
        Path lines = beside(file, IDS + LINES);
        boolean hasLines = !arrays.containsKey(ID) && Files.isRegularFile(lines);
        IdLines idLines = hasLines ? new IdLines(lines) : null;
        return new ArraysReader(file, arrays, false, () -> {}, idLines);
    }

    @Override
    public List<Path> companions(Path file) {
        return List.of(beside(file, IDS + SUFFIX), beside(file, IDS + LINES));
    }

    /** Returns the file of the same name with another end. */
    static Path beside(Path file, String suffix) {
        String name = String.valueOf(file.getFileName());
        String stem =
                name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return file.resolveSibling(stem + suffix);
    }

    /** Opens an array in a file of its own. */
    static NpyArray array(Path file) throws IOException {
        InputStream input = new BufferedInputStream(Files.newInputStream(file));
        try {
            return NpyArray.open(file, input);
        } catch (IOException | RuntimeException e) {
            input.close();
            throw e;
        }
    }

    @Override
    public TableWriter create(Path file, List<TableColumn> columns) throws IOException {
        if (columns.size() != 2) {
            throw Refusals.option(
                    "columns",
                    "one column, as npy has one array",
                    columns.subList(1, columns.size()).toString(),
                    "choose one, or export npz");
        }
        return new NpyWriter(file, columns);
    }
}
