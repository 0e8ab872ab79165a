package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.row.RowSchema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** A RowFiguresReport prints figures of the numbers of rows, a line for each row and column. */
final class RowFiguresReport extends Report {

    /** Gets the figures of a row in a column. */
    private interface Reader {
        void figures(StoredId id, int column, RowFigures figures) throws IOException;
    }

    /** An id as text, and as it is written in JSON. */
    private record StoredId(String text, Json.Body json) {}

    private final RowSchema schema;
    private final List<Integer> columns;
    private final StoredRows rows;

    RowFiguresReport(
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

    private void read(Reader reader) throws IOException {
        rows.read(
                (keys, batch, row) -> {
                    StoredId id =
                            new StoredId(
                                    String.valueOf(keys.getObject(row)),
                                    json -> Ids.write(json, keys, row));
                    for (int column : columns) {
                        RowValue value = new RowValue(batch.column(column), row);
                        if (value.isTensor()) {
                            reader.figures(id, column, RowFigures.of(value));
                        }
                    }
                });
    }

    private void readUnchecked(Reader reader) {
        try {
            read(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("rows", e);
        }
    }

    @Override
    void printTable() {
        Table table =
                new Table()
                        .column("ID", Table.Style.NAME)
                        .column("COLUMN", Table.Style.FLEXIBLE)
                        .column("MIN", Table.Style.RIGHT)
                        .column("MEAN", Table.Style.RIGHT)
                        .column("MAX", Table.Style.RIGHT)
                        .column("NORM", Table.Style.RIGHT)
                        .column("NAN", Table.Style.RIGHT);
        readUnchecked(
                (id, column, figures) ->
                        table.row(
                                id.text(),
                                Columns.label(schema, column),
                                digits(figures.min()),
                                digits(figures.mean()),
                                digits(figures.max()),
                                digits(figures.norm()),
                                figures.nans()));
        if (!table.isEmpty()) {
            table.print(terminal());
        }
    }

    private static String digits(double number) {
        return String.format(Locale.ROOT, "%.5g", number);
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("figures");
        read(
                (id, column, figures) -> {
                    json.writeStartObject();
                    json.writeFieldName("id");
                    id.json().write(json);
                    json.writeNumberField("column", column);
                    json.writeStringField("name", schema.columns().get(column).name());
                    json.writeNumberField("min", figures.min());
                    json.writeNumberField("mean", figures.mean());
                    json.writeNumberField("max", figures.max());
                    json.writeNumberField("norm", figures.norm());
                    json.writeNumberField("nans", figures.nans());
                    json.writeEndObject();
                });
        json.writeEndArray();
    }

    @Override
    void printCsv() {
        Csv csv = new Csv(terminal(), "id", "column", "min", "mean", "max", "norm", "nans");
        readUnchecked(
                (id, column, figures) ->
                        csv.row(
                                id.text(),
                                Columns.label(schema, column),
                                Figures.shortest(figures.min()),
                                Figures.shortest(figures.mean()),
                                Figures.shortest(figures.max()),
                                Figures.shortest(figures.norm()),
                                figures.nans()));
    }
}
