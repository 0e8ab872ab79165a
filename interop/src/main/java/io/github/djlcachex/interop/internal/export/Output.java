package io.github.djlcachex.interop.internal.export;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableWriter;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An Output is the file or the files of one export. What is not finished is deleted by close. */
public final class Output implements Closeable {

    private final TableFormat format;
    private final List<TableColumn> columns;
    private final long rowsPerFile;
    private final boolean isDirectory;
    private final boolean overwrites;
    private final Path target;
    private final Staging staging;
    private @Nullable TableWriter writer;
    private long rowsOfFile;
    private long rows;
    private int files;

    /** Makes the place where the files are until they are whole. */
    public Output(
            TableFormat format,
            Path target,
            List<TableColumn> columns,
            long rowsPerFile,
            boolean isDirectory,
            boolean overwrites)
            throws IOException {
        this.format = format;
        this.target = target;
        this.columns = List.copyOf(columns);
        this.rowsPerFile = rowsPerFile;
        this.isDirectory = isDirectory;
        this.overwrites = overwrites;
        this.staging = Staging.beside(target);
    }

    /** Returns how many rows the file takes that is written now. */
    public long room() {
        return rowsPerFile - rowsOfFile;
    }

    /** Returns the rows of all files so far. */
    public long rows() {
        return rows;
    }

    /** Returns the files that are whole. */
    public int filesDone() {
        return writer == null ? files : files - 1;
    }

    /** Writes rows, at most as many as there is room for. */
    public void write(List<ColumnData> data) throws IOException {
        int count = data.get(0).rows();
        writer().write(data);
        rows += count;
        rowsOfFile += count;
        if (room() == 0) {
            finishFile();
        }
    }

    private TableWriter writer() throws IOException {
        TableWriter current = writer;
        if (current == null) {
            String name =
                    isDirectory
                            ? part(files) + format.writtenSuffix()
                            : String.valueOf(target.getFileName());
            current = format.create(staging.directory().resolve(name), columns);
            writer = current;
            files++;
        }
        return current;
    }

    private static String part(int number) {
        return String.format(Locale.ROOT, "part-%05d", number);
    }

    private void finishFile() throws IOException {
        TableWriter current = writer;
        writer = null;
        rowsOfFile = 0;
        if (current != null) {
            try (current) {
                current.finish();
            }
        }
    }

    /** Makes the files appear; returns all of them. */
    public List<Path> finish() throws IOException {
        if (files == 0) {
            writer(); // a file without rows
        }
        finishFile();
        if (!isDirectory) {
            return staging.moveFiles(target, format.companions(target), overwrites);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            String shard = String.format(Locale.ROOT, "data-%05d-of-%05d", i, files);
            staging.rename(part(i) + ".", shard + ".");
            names.add(shard + format.writtenSuffix());
        }
        format.complete(staging.directory(), names, columns);
        return staging.moveDirectory(target);
    }

    @Override
    public void close() throws IOException {
        try {
            if (writer != null) {
                writer.close();
            }
        } finally {
            staging.close();
        }
    }
}
