package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.internal.table.IdLines;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.TableReader;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** Reads arrays of as many rows each, as columns. */
final class ArraysReader implements TableReader {

    private static final long CHUNK_BYTES = 4L << 20;
    private static final int MAX_CHUNK_ROWS = 1 << 16;

    private final Path file;
    private final Map<String, ArraySource> sources;
    private final Map<String, NpyArray> arrays = new LinkedHashMap<>();
    private final boolean hasNames;
    private final Closeable archive;
    private final @Nullable IdLines ids;
    private List<String> selected = List.of();
    private long rows = -1;
    private long row;

    /** Opens an array, once it is chosen: what others of an archive are does not matter. */
    interface ArraySource {

        NpyArray open() throws IOException;
    }

    /**
     * Creates a reader.
     *
     * @param archive what is closed after the arrays
     * @param ids the ids, if they are in lines, or null
     */
    ArraysReader(
            Path file,
            Map<String, ArraySource> sources,
            boolean hasNames,
            Closeable archive,
            @Nullable IdLines ids) {
        this.file = file;
        this.sources = new LinkedHashMap<>(sources);
        this.hasNames = hasNames;
        this.archive = archive;
        this.ids = ids;
    }

    @Override
    public List<String> columns() {
        List<String> names = new ArrayList<>(sources.keySet());
        if (ids != null) {
            names.add(0, NpyFormat.ID);
        }
        return names;
    }

    @Override
    public boolean hasNames() {
        return hasNames;
    }

    @Override
    public OptionalLong rows() {
        return rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows);
    }

    @Override
    public void select(List<String> columns) throws IOException {
        selected = List.copyOf(columns);
        for (String column : columns) {
            if (isLines(column) || arrays.containsKey(column)) {
                continue;
            }
            NpyArray array = Objects.requireNonNull(sources.get(column), column).open();
            arrays.put(column, array);
            long own = array.rows();
            if (rows >= 0 && own != rows) {
                throw Refusals.rows(
                        "array '" + column + "' of " + file,
                        rows + " rows, as the others have",
                        Long.toString(own),
                        "choose arrays of one length with columns");
            }
            rows = own;
        }
        if (columns.stream().anyMatch(this::isLines)) {
            lines().checkCount(rows);
        }
    }

    private boolean isLines(String column) {
        return ids != null && column.equals(NpyFormat.ID);
    }

    private IdLines lines() {
        return Objects.requireNonNull(ids);
    }

    private NpyArray array(String column) {
        return Objects.requireNonNull(arrays.get(column), column);
    }

    @Override
    public @Nullable List<ColumnData> next() throws IOException {
        if (row >= rows) {
            return null;
        }
        long rowBytes = 1;
        for (NpyArray array : arrays.values()) {
            rowBytes += array.rowBytes();
        }
        long most = Math.max(1, Math.min(MAX_CHUNK_ROWS, CHUNK_BYTES / rowBytes));
        int count = (int) Math.min(most, rows - row);
        Map<String, ColumnData> read = new HashMap<>(); // a column may be chosen twice
        for (String column : selected) {
            if (!read.containsKey(column)) {
                boolean isLines = isLines(column);
                read.put(column, isLines ? lines().next(count) : array(column).read(count));
            }
        }
        row += count;
        return selected.stream().map(read::get).toList();
    }

    @Override
    public void close() throws IOException {
        for (NpyArray array : arrays.values()) {
            array.close();
        }
        if (ids != null) {
            ids.close();
        }
        archive.close();
    }
}
