package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.internal.table.SourceFiles;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Arrays by name in one archive, one of them of the ids. */
public final class NpzFormat implements TableFormat {

    @Override
    public FileFormat format() {
        return FileFormat.NPZ;
    }

    @Override
    public List<Path> files(Path source) throws IOException {
        return SourceFiles.of(source, FileFormat.NPZ);
    }

    @Override
    public TableReader open(Path file) throws IOException {
        ZipFile zip = zip(file);
        try {
            Map<String, NpyArray> arrays = new LinkedHashMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                String column =
                        name.endsWith(NpyFormat.SUFFIX)
                                ? name.substring(0, name.length() - NpyFormat.SUFFIX.length())
                                : name;
                var input = new BufferedInputStream(zip.getInputStream(entry));
                arrays.put(column, NpyArray.openEntry(file, column, input));
            }
            return new ArraysReader(file, arrays, true, zip, null);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static ZipFile zip(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw Refusals.corrupt(file, "an archive that numpy.savez wrote", e);
        }
    }

    @Override
    public TableWriter create(Path file, List<TableColumn> columns) throws IOException {
        return new NpzWriter(file, columns);
    }
}
