package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.internal.table.SourceFiles;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Arrays by name in one archive, one of them of the ids. */
public final class NpzFormat implements TableFormat {

    private static final int BUFFER_BYTES = 1 << 16;

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
            Map<String, ArraysReader.ArraySource> arrays = new LinkedHashMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                String column =
                        name.endsWith(NpyFormat.SUFFIX)
                                ? name.substring(0, name.length() - NpyFormat.SUFFIX.length())
                                : name;
                arrays.put(column, () -> array(file, zip, entry, column));
            }
            return new ArraysReader(file, arrays, true, zip, null);
        } catch (RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static NpyArray array(Path file, ZipFile zip, ZipEntry entry, String column)
            throws IOException {
        checkCrc(file, zip, entry);
        var input = new BufferedInputStream(zip.getInputStream(entry));
        return NpyArray.openEntry(file, column, input);
    }

    /** Reads an entry once before its rows are stored: ZipFile does not check what it reads. */
    private static void checkCrc(Path file, ZipFile zip, ZipEntry entry) throws IOException {
        CRC32 crc = new CRC32();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream input = zip.getInputStream(entry)) {
            for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                crc.update(buffer, 0, read);
            }
        } catch (ZipException | EOFException e) {
            throw Refusals.corrupt(file, "the array '" + entry.getName() + "'", e);
        }
        if (crc.getValue() != entry.getCrc()) {
            throw Refusals.corrupt(
                    file, "the checksum of its entry '" + entry.getName() + "'", "another one");
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
