package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A StatsReport gathers and prints the statistics of rows, column by column. */
final class StatsReport extends Report {

    private static final double[] SHARES = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
    private static final String[] QUANTILES = {"p1", "p5", "p25", "p50", "p75", "p95", "p99"};
    private static final int NAMED_DIMENSIONS = 8;

    private final String name;
    private final RowSchema schema;
    private final Map<Integer, ColumnStatistics> columns = new TreeMap<>();
    private final RowHashes hashes = new RowHashes();
    private long rows;

    StatsReport(Terminal terminal, String name, RowSchema schema) {
        super(terminal, "stats");
        this.name = name;
        this.schema = schema;
        for (int column = 0; column < schema.columns().size(); column++) {
            if (schema.columns().get(column).kind() == ColumnKind.TENSOR) {
                columns.put(column, new ColumnStatistics());
            }
        }
    }

    void add(RowBatch batch, int row) {
        rows++;
        hashes.add(batch, row);
        columns.forEach((column, figures) -> figures.add(new RowValue(batch.column(column), row)));
    }

    @Override
    void printTable() {
        Terminal terminal = terminal();
        new Paragraphs(terminal, 0)
                .print(
                        "",
                        0,
                        name
                                + ": "
                                + Figures.count(rows, "row")
                                + ", "
                                + Figures.count(hashes.duplicates(), "duplicate")
                                + (hashes.isFull()
                                        ? " of the first " + Figures.count(RowHashes.MOST)
                                        : ""));
        columns.forEach(
                (column, figures) -> {
                    terminal.println("");
                    terminal.println(terminal.bold(Escapes.line(Columns.label(schema, column))));
                    details(figures).print(terminal);
                });
    }

    private static Details details(ColumnStatistics figures) {
        Details details =
                new Details()
                        .line("  values", Figures.count(figures.values()))
                        .line("  nan", Figures.count(figures.nans()))
                        .line("  infinite", Figures.count(figures.infinite()))
                        .line("  mean", digits(figures.mean()))
                        .line("  sd", digits(figures.deviation()))
                        .line("  min", digits(figures.min()));
        for (int i = 0; i < SHARES.length; i++) {
            details.line("  " + QUANTILES[i], digits(figures.quantile(SHARES[i])));
        }
        return details.line("  max", digits(figures.max()))
                .line("  constant", dimensions(figures.constant()))
                .line("  dead", dimensions(figures.dead()));
    }

    private static String dimensions(int[] dimensions) {
        if (dimensions.length == 0) {
            return "no dimension";
        }
        String first =
                Arrays.stream(dimensions)
                        .limit(NAMED_DIMENSIONS)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(" "));
        return Figures.count(dimensions.length, "dimension")
                + ": "
                + first
                + (dimensions.length > NAMED_DIMENSIONS ? " .." : "");
    }

    private static String digits(double number) {
        return String.format(Locale.ROOT, "%.5g", number);
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeStringField("generation", name);
        json.writeNumberField("rows", rows);
        json.writeNumberField("duplicates", hashes.duplicates());
        json.writeArrayFieldStart("columns");
        for (Map.Entry<Integer, ColumnStatistics> entry : columns.entrySet()) {
            ColumnStatistics figures = entry.getValue();
            json.writeStartObject();
            json.writeStringField("name", schema.columns().get(entry.getKey()).name());
            json.writeNumberField("column", entry.getKey());
            json.writeNumberField("values", figures.values());
            json.writeNumberField("nans", figures.nans());
            json.writeNumberField("infinite", figures.infinite());
            write(json, "min", figures.min());
            write(json, "mean", figures.mean());
            write(json, "sd", figures.deviation());
            write(json, "max", figures.max());
            for (int i = 0; i < SHARES.length; i++) {
                write(json, QUANTILES[i], figures.quantile(SHARES[i]));
            }
            write(json, "constant", figures.constant());
            write(json, "dead", figures.dead());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** JSON has no NaN: a figure of no numbers is null. */
    private static void write(JsonGenerator json, String field, double number) throws IOException {
        if (Double.isNaN(number)) {
            json.writeNullField(field);
        } else {
            json.writeNumberField(field, number);
        }
    }

    private static void write(JsonGenerator json, String field, int[] dimensions)
            throws IOException {
        json.writeFieldName(field);
        json.writeArray(dimensions, 0, dimensions.length);
    }

    @Override
    void printCsv() {
        List<String> fields =
                List.of("column", "values", "nans", "infinite", "min", "mean", "sd", "max", "p50");
        Csv csv = new Csv(terminal(), fields.toArray(new String[0]));
        columns.forEach(
                (column, figures) ->
                        csv.row(
                                Columns.label(schema, column),
                                figures.values(),
                                figures.nans(),
                                figures.infinite(),
                                figures.min(),
                                figures.mean(),
                                figures.deviation(),
                                figures.max(),
                                figures.quantile(0.5)));
    }
}
