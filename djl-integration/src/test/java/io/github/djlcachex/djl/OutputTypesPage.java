package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** docs/output-types.md, whose tables are what the engines did. */
final class OutputTypesPage {

    private static final Path PAGE = Path.of("../docs/output-types.md");
    private static final Path GENERATED = Path.of("target/output-types.md");

    /** The page with the tables that were made so far. */
    private static List<String> generated = List.of();

    private OutputTypesPage() {}

    /**
     * Compares a table with that under a heading.
     *
     * @param table the lines of the table
     */
    static synchronized void assertTable(String heading, List<String> table) throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        generated = withTable(generated.isEmpty() ? page : generated, heading, table);
        Files.write(GENERATED, generated);
        assertThat(table).noneMatch(line -> line.contains("WRONG"));
        assertThat(tableOf(page, heading))
                .as(
                        "docs/output-types.md, %s; to bring it up to date: cp djl-integration/%s docs/",
                        heading, GENERATED)
                .isEqualTo(table);
    }

    private static List<String> tableOf(List<String> page, String heading) {
        int start = start(page, heading);
        return page.subList(start, end(page, start));
    }

    private static List<String> withTable(List<String> page, String heading, List<String> table) {
        int start = start(page, heading);
        List<String> lines = new ArrayList<>(page.subList(0, start));
        lines.addAll(table);
        lines.addAll(page.subList(end(page, start), page.size()));
        return lines;
    }

    /** Returns the line of the first table under a heading. */
    private static int start(List<String> page, String heading) {
        int line = page.indexOf("## " + heading);
        assertThat(line).as("the heading '%s'", heading).isNotNegative();
        while (line < page.size() && !page.get(line).startsWith("|")) {
            line++;
        }
        return line;
    }

    private static int end(List<String> page, int start) {
        int line = start;
        while (line < page.size() && page.get(line).startsWith("|")) {
            line++;
        }
        return line;
    }

    static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** Returns the two lines above the rows of a table. */
    static List<String> head(List<String> columns) {
        return List.of(row(columns), "|" + "---|".repeat(columns.size()));
    }
}
