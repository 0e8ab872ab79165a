package io.github.djlcachex.interop.internal.csv;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableWriter;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes rows as lines, texts in quotes, vectors as one column a dimension, the rest as lists. */
final class CsvTableWriter implements TableWriter {

    private final List<TableColumn> columns;
    private final OutputStream output;

    CsvTableWriter(Path file, List<TableColumn> columns) throws IOException {
        this.columns = List.copyOf(columns);
        List<String> names = new ArrayList<>();
        for (TableColumn column : columns) {
            if (column.type() == LeafType.BYTES) {
                throw Refusals.rows(
                        "column " + column,
                        "numbers or texts",
                        "bytes",
                        "leave the column out, or export arrow or parquet");
            }
            addNames(column, names);
        }
        if (names.stream().distinct().count() < names.size()) {
            throw Refusals.rows(
                    "columns " + columns,
                    "columns and dimensions of different names",
                    "one name twice, as v_0 of a column v and a column v_0",
                    "choose one of the columns, or export arrow or parquet");
        }
        this.output = new BufferedOutputStream(Files.newOutputStream(file));
        for (int i = 0; i < names.size(); i++) {
            write(i == 0 ? "" : ",");
            write(quotedIfNeeded(names.get(i)));
        }
        output.write('\n');
    }

    private static boolean isVector(TableColumn column) {
        return column.shape().length == 1 && !column.isVariable() && column.shape()[0] > 0;
    }

    private static void addNames(TableColumn column, List<String> names) {
        if (!isVector(column)) {
            names.add(column.name());
            return;
        }
        for (int i = 0; i < column.shape()[0]; i++) {
            names.add(column.name() + "_" + i);
        }
    }

    private static String quotedIfNeeded(String name) {
        boolean isPlain =
                name.strip().equals(name) && name.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
        return isPlain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    private void write(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void write(List<ColumnData> rows) throws IOException {
        for (int row = 0; row < rows.get(0).rows(); row++) {
            for (int c = 0; c < columns.size(); c++) {
                if (c > 0) {
                    output.write(',');
                }
                writeCell(columns.get(c), rows.get(c), row);
            }
            output.write('\n');
        }
    }

    private void writeCell(TableColumn column, ColumnData data, int row) throws IOException {
        int from = data.start(row);
        if (column.type() == LeafType.TEXT) {
            writeText(data, from, data.start(row + 1));
        } else if (isVector(column) || column.shape().length == 0) {
            writeNumbers(data, from, data.start(row + 1));
        } else {
            output.write('"');
            writeList(data, data.shape(row), 0, from, data.start(row + 1));
            output.write('"');
        }
    }

    private void writeText(ColumnData data, int from, int to) throws IOException {
        output.write('"');
        for (int i = from; i < to; i++) {
            byte b = data.values().get(i);
            if (b == '"') {
                output.write(b);
            }
            output.write(b);
        }
        output.write('"');
    }

    private void writeNumbers(ColumnData data, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            write((i == from ? "" : ",") + CsvNumbers.text(data.type(), data.values(), i));
        }
    }

    private void writeList(ColumnData data, int[] shape, int axis, int from, int to)
            throws IOException {
        output.write('[');
        if (axis == shape.length - 1) {
            writeNumbers(data, from, to);
        } else {
            int step = shape[axis] == 0 ? 0 : (to - from) / shape[axis];
            for (int i = 0; i < shape[axis]; i++) {
                write(i == 0 ? "" : ",");
                writeList(data, shape, axis + 1, from + i * step, from + (i + 1) * step);
            }
        }
        output.write(']');
    }

    @Override
    public void finish() throws IOException {
        output.flush();
    }

    @Override
    public void close() throws IOException {
        output.close();
    }
}
