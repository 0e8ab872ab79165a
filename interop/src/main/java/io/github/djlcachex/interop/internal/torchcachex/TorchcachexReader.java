package io.github.djlcachex.interop.internal.torchcachex;

import io.github.djlcachex.interop.internal.table.Nesting;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.TableReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A segment of torchcachex. An output {@code x} is in two columns there, {@code x_data} and {@code
 * x_shape}; the only output of a module in {@code data} and {@code shape}, and those of a tuple are
 * {@code item0}, {@code item1} and so on.
 */
final class TorchcachexReader implements TableReader {

    static final String KEY = "key";
    private static final String ONLY = "data";
    private static final String ONLY_SHAPE = "shape";
    private static final String DATA = "_data";
    private static final String SHAPE = "_shape";

    private final TableReader segment;
    private final Path file;
    private List<String> selected = List.of();

    TorchcachexReader(TableReader segment, Path file) {
        this.segment = segment;
        this.file = file;
    }

    @Override
    public List<String> columns() {
        List<String> names = new ArrayList<>();
        for (String column : segment.columns()) {
            if (column.equals(KEY) || column.equals(ONLY)) {
                names.add(column);
            } else if (column.endsWith(DATA)) {
                names.add(column.substring(0, column.length() - DATA.length()));
            }
        }
        return names;
    }

    @Override
    public boolean hasNames() {
        List<String> outputs = new ArrayList<>(columns());
        outputs.remove(KEY);
        boolean isTuple = true;
        for (int i = 0; i < outputs.size(); i++) {
            isTuple &= outputs.get(i).equals("item" + i);
        }
        return !isTuple && !outputs.equals(List.of(ONLY));
    }

    @Override
    public OptionalLong rows() {
        return segment.rows();
    }

    @Override
    public void select(List<String> columns) throws IOException {
        selected = List.copyOf(columns);
        List<String> halves = new ArrayList<>();
        for (String column : columns) {
            boolean isOnly = column.equals(ONLY);
            halves.add(isOnly || column.equals(KEY) ? column : column + DATA);
            if (!column.equals(KEY)) {
                halves.add(isOnly ? ONLY_SHAPE : column + SHAPE);
            }
        }
        segment.select(halves);
    }

    @Override
    public @Nullable List<ColumnData> next() throws IOException {
        List<ColumnData> halves = segment.next();
        if (halves == null) {
            return null;
        }
        List<ColumnData> chunk = new ArrayList<>();
        int half = 0;
        for (String column : selected) {
            ColumnData data = halves.get(half++);
            chunk.add(
                    column.equals(KEY)
                            ? data
                            : Nesting.shaped(
                                    data,
                                    halves.get(half++),
                                    "column '" + column + "' of " + file));
        }
        return chunk;
    }

    @Override
    public void close() throws IOException {
        segment.close();
    }
}
