package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A table of docs/tensor-cache.md, which is what a test found. */
final class GeneratedTable {

    private static final Path PAGE = Path.of("../docs/tensor-cache.md");
    private static final Path GENERATED = Path.of("target/tensor-cache.md");

    /** The page with the tables that were made so far. */
    private static List<String> page = List.of();

    private final List<String> lines = new ArrayList<>();

    GeneratedTable(String... columns) {
        row(List.of(columns));
        lines.add("|" + "---|".repeat(columns.length));
    }

    void row(List<String> cells) {
        lines.add("| " + String.join(" | ", cells) + " |");
    }

    /** Fails unless the page has this table under a heading. */
    void assertIsUnder(String heading) throws IOException {
        synchronized (GeneratedTable.class) {
            List<String> before = Files.readAllLines(PAGE);
            page = page.isEmpty() ? before : page;
            int start = start(page, heading);
            List<String> after = new ArrayList<>(page.subList(0, start));
            after.addAll(lines);
            after.addAll(page.subList(end(page, start), page.size()));
            page = after;
            Files.write(GENERATED, page);
            int there = start(before, heading);
            assertThat(before.subList(there, end(before, there)))
                    .as("to bring it up to date: cp djl-integration/%s docs/", GENERATED)
                    .isEqualTo(lines);
        }
    }

    private static int start(List<String> page, String heading) {
        int line = page.indexOf("## " + heading);
        assertThat(line).as("the heading '%s'", heading).isNotNegative();
        while (!page.get(line).startsWith("|")) {
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
}
