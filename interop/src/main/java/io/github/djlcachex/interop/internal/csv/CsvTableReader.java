package io.github.djlcachex.interop.internal.csv;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads rows of text as columns of numbers, lists and texts. */
final class CsvTableReader implements TableReader {

    private static final long CHUNK_CHARS = 4L << 20;
    private static final int MAX_CHUNK_ROWS = 1 << 16;

    private final Path file;
    private final CsvLines lines;
    private final List<CsvColumn> columns;
    private List<CsvCells> selected = List.of();

    CsvTableReader(Path file) throws IOException {
        this.file = file;
        this.lines = new CsvLines(file);
        this.columns = CsvColumn.of(lines.names());
    }

    @Override
    public List<String> columns() {
        return columns.stream().map(CsvColumn::name).toList();
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.empty();
    }

    @Override
    public void select(List<String> names) {
        selected = names.stream().map(name -> new CsvCells(file, column(name))).toList();
    }

    private CsvColumn column(String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    }

    @Override
    public void types(boolean hasIds, List<Optional<LeafType>> types) {
        for (int c = 0; c < selected.size(); c++) {
            selected.get(c).expect(hasIds && c == 0, types.get(c));
        }
    }

    @Override
    public @Nullable List<ColumnData> next() throws IOException {
        List<CsvRow> rows = new ArrayList<>();
        long chars = 0;
        while (chars < CHUNK_CHARS && rows.size() < MAX_CHUNK_ROWS) {
            CsvRow row = lines.next();
            if (row == null) {
                break;
            }
            rows.add(row);
            for (String cell : row.cells()) {
                chars += cell.length();
            }
        }
        return rows.isEmpty() ? null : selected.stream().map(cells -> cells.read(rows)).toList();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
