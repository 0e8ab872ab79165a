package io.github.djlcachex.cli;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowSchema;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.stream.IntStream;

/** The options of a command that prints rows. */
final class RowOptions {

    @Option(
            names = {"-c", "--column"},
            paramLabel = "COLUMN",
            description = "Only this column, by its name or its number from 0. Repeatable.")
    private List<String> columns = List.of();

    @Option(
            names = "--stats",
            description = "Print min, mean, max, norm and the count of NaN instead of values.")
    private boolean stats;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or csv.")
    private Format format = Format.TABLE;

    /** Prints rows, and says on standard error what could not be read. */
    int print(Terminal terminal, String command, RowSchema schema, StoredRows rows) {
        List<Integer> chosen = chosen(schema);
        Report report =
                stats
                        ? new RowFiguresReport(terminal, command, schema, chosen, rows)
                        : new RowReport(terminal, command, schema, chosen, rows);
        report.print(format);
        terminal.flush();
        rows.problems().forEach(terminal::error);
        return rows.problems().isEmpty() ? ExitCode.OK : ExitCode.PROBLEMS;
    }

    private List<Integer> chosen(RowSchema schema) {
        List<Column> all = schema.columns();
        if (columns.isEmpty()) {
            return IntStream.range(0, all.size()).boxed().toList();
        }
        return columns.stream().map(column -> number(all, column)).distinct().toList();
    }

    private static int number(List<Column> all, String wanted) {
        for (int i = 0; i < all.size(); i++) {
            if (wanted.equals(all.get(i).name())) {
                return i;
            }
        }
        if (wanted.matches("[0-9]{1,6}") && Integer.parseInt(wanted) < all.size()) {
            return Integer.parseInt(wanted);
        }
        throw CommandFailure.usage("no column '" + wanted + "': see djlcachex info");
    }
}
