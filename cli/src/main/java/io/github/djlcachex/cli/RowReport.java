package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A RowReport prints the values of rows, of each column as many as a line of a terminal holds. */
final class RowReport extends Report {

    private final RowSchema schema;
    private final List<Integer> columns;
    private final StoredRows rows;

    RowReport(
            Terminal terminal,
            String command,
            RowSchema schema,
            List<Integer> columns,
            StoredRows rows) {
        super(terminal, command);
        this.schema = schema;
        this.columns = columns;
        this.rows = rows;
    }

    @Override
    void printTable() {
        int labels =
                columns.stream().mapToInt(c -> Columns.label(schema, c).length()).max().orElse(0);
        try {
            rows.read((keys, batch, row) -> printRow(keys, batch, row, labels));
        } catch (IOException e) {
            throw new UncheckedIOException("rows", e);
        }
    }

    private void printRow(Keys keys, RowBatch batch, int row, int labels) {
        terminal().println(terminal().bold(Ids.text(keys, row)));
        for (int column : columns) {
            String label = Columns.label(schema, column);
            String start = "  " + label + " ".repeat(labels - label.length()) + "  ";
            RowValue value = new RowValue(batch.column(column), row);
            terminal().println(start + value.text(terminal().width() - start.length()));
        }
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        Columns.write(json, "columns", schema);
        json.writeArrayFieldStart("rows");
        rows.read((keys, batch, row) -> writeRow(json, keys, batch, row));
        json.writeEndArray();
    }

    private void writeRow(JsonGenerator json, Keys keys, RowBatch batch, int row)
            throws IOException {
        json.writeStartObject();
        json.writeFieldName("id");
        Ids.write(json, keys, row);
        json.writeArrayFieldStart("columns");
        for (int column : columns) {
            json.writeStartObject();
            json.writeNumberField("column", column);
            json.writeStringField("name", schema.columns().get(column).name());
            new RowValue(batch.column(column), row).write(json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    @Override
    void printCsv() {
        throw CommandFailure.usage("values have no CSV: use --stats, or --format json");
    }
}
