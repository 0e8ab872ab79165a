package io.github.djlcachex.interop.internal.csv;

import io.github.djlcachex.interop.internal.table.KeyColumn;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The cells of one column. The first one that is not empty tells whether they are lists, truth
 * values, numbers or texts. Numbers have the expected type, or are integers if all of the first
 * chunk are, and else of single precision.
 */
final class CsvCells {

    private final Path file;
    private final CsvColumn column;
    private boolean areIds;
    private Optional<LeafType> expected = Optional.empty();
    private @Nullable LeafType type;
    private int depth;

    CsvCells(Path file, CsvColumn column) {
        this.file = file;
        this.column = column;
    }

    void expect(boolean isIds, Optional<LeafType> leaf) {
        areIds = isIds;
        expected = leaf;
    }

    ColumnData read(List<CsvRow> rows) {
        LeafType leaf = type;
        if (leaf == null) {
            leaf = areIds ? idType(rows) : typeOf(rows);
            type = leaf;
        }
        return leaf == LeafType.TEXT ? texts(rows) : numbers(rows, leaf);
    }

    private LeafType idType(List<CsvRow> rows) {
        return expected.orElse(
                !column.isVector() && rows.stream().allMatch(row -> isIntegerId(only(row)))
                        ? LeafType.INT64
                        : LeafType.TEXT);
    }

    /** An id such as 007 is a text: as a number it would be another one. */
    private static boolean isIntegerId(String id) {
        return KeyColumn.canonical(id).isPresent();
    }

    private LeafType typeOf(List<CsvRow> rows) {
        String first =
                rows.stream()
                        .map(this::only)
                        .map(String::strip)
                        .filter(t -> !t.isEmpty())
                        .findFirst()
                        .orElse("");
        boolean isText = expected.filter(LeafType::isBytes).isPresent();
        if (!isText && !column.isVector() && first.startsWith("[")) {
            depth = rows.stream().mapToInt(row -> CsvLists.depth(only(row))).max().orElse(1);
            return numberType(rows);
        }
        if (!isText && CsvNumbers.isBoolean(first)) {
            return LeafType.BOOLEAN;
        }
        boolean isNumber = column.isVector() || (!isText && CsvNumbers.isNumber(first));
        return isNumber ? numberType(rows) : LeafType.TEXT;
    }

    private LeafType numberType(List<CsvRow> rows) {
        return expected.filter(leaf -> !leaf.isBytes())
                .orElseGet(
                        () ->
                                rows.stream().allMatch(this::areIntegers)
                                        ? LeafType.INT64
                                        : LeafType.FLOAT32);
    }

    private boolean areIntegers(CsvRow row) {
        return column.cells().stream().allMatch(c -> CsvNumbers.isInteger(row.cell(c)));
    }

    private String only(CsvRow row) {
        return row.cell(column.cells().get(0));
    }

    private ColumnData texts(List<CsvRow> rows) {
        int[] starts = new int[rows.size() + 1];
        byte[][] encoded = new byte[rows.size()][];
        for (int row = 0; row < encoded.length; row++) {
            String text = only(rows.get(row));
            if (areIds && text.isEmpty()) {
                throw refusedId(rows.get(row), "none");
            }
            encoded[row] = text.getBytes(StandardCharsets.UTF_8);
            starts[row + 1] = Math.addExact(starts[row], encoded[row].length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(starts[encoded.length]);
        for (byte[] text : encoded) {
            bytes.put(text);
        }
        return ColumnData.bytes(LeafType.TEXT, bytes.flip(), starts);
    }

    private ColumnData numbers(List<CsvRow> rows, LeafType leaf) {
        CsvLists lists = new CsvLists(leaf, depth);
        for (CsvRow row : rows) {
            for (int cell : column.cells()) {
                boolean isOther = areIds && !isIntegerId(row.cell(cell));
                if (isOther || !lists.add(row.cell(cell).strip())) {
                    throw areIds
                            ? refusedId(row, CsvNumbers.shortened("'" + row.cell(cell) + "'"))
                            : refused(row, leaf, row.cell(cell));
                }
            }
        }
        if (column.isVector()) {
            int[] shape = {column.cells().size()};
            return ColumnData.uniform(leaf, lists.values(), rows.size(), shape);
        }
        return lists.data(rows.size(), "column '" + column.name() + "' of file " + file);
    }

    private String subject(CsvRow row) {
        return "line " + row.line() + " of file " + file + ", column '" + column.name() + "'";
    }

    private RuntimeException refused(CsvRow row, LeafType leaf, String cell) {
        return Refusals.rows(
                subject(row),
                (depth > 0 ? "a list of numbers of type " : "a number of type ") + leaf,
                cell.isEmpty() ? "none" : "'" + CsvNumbers.shortened(cell) + "'",
                "fix or leave out the row, choose the type with elementType, or leave out the"
                        + " column with columns; a column of texts begins with one that is no"
                        + " number. Rows before it may be stored: remove them to choose another"
                        + " type");
    }

    private RuntimeException refusedId(CsvRow row, String found) {
        return new InvalidKeyException(
                Problem.of(
                        subject(row),
                        type == LeafType.INT64
                                ? "an id that is an integer, without zeros or blanks"
                                : "an id",
                        found,
                        "give each row an id; ids of which some are texts need the key type UTF8"));
    }
}
