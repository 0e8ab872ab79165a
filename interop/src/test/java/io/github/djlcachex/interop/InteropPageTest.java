package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The lines of docs/interop.md that read segments without an export, run by the tools themselves:
 * Python as DJLCACHEX_PYTHON names it, and Node.js with the packages of the directory that
 * DJLCACHEX_NODE_MODULES names.
 */
class InteropPageTest {

    private static final Path PAGE = Path.of("..", "docs", "interop.md");
    private static final int ROWS = 2000;
    private static final int ROWS_PER_FILE = 300;

    @TempDir Path directory;

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    @BeforeEach
    void fillTheCacheOfThePage() {
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(directory.resolve("cache"))
                        .moduleId("page")
                        .segmentRows(ROWS_PER_FILE)
                        .open()) {
            RowSchema schema = RowSchema.of(Column.of("v", ElementType.FLOAT32, 4));
            cache.put(
                    Keys.of(LongStream.range(0, ROWS).toArray()), RowBatch.allocate(schema, ROWS));
            assertThat(cache.flush().isComplete()).isTrue();
            assertThat(cache.segments()).hasSizeGreaterThan(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"pyarrow, 0, t.num_rows", "polars, 1, table.height", "duckdb, 2, rows"})
    void linesOfPython_readAllRows(String tool, int block, String count) throws Exception {
        Python.assumeFound("pyarrow", tool);
        List<String> blocks = blocks("python");
        String lines = block == 0 ? blocks.get(0) : blocks.get(0) + blocks.get(block);
        Python.run(directory, lines + "assert %s == %d, %s\n".formatted(count, ROWS, count));
    }

    @Test
    void linesOfJavaScript_readAllRows() throws Exception {
        String packages = System.getenv().getOrDefault("DJLCACHEX_NODE_MODULES", "");
        boolean found = Files.isDirectory(Path.of(packages, "apache-arrow"));
        if (!found) {
            System.err.println(
                    "*** SKIPPED: there is no apache-arrow in DJLCACHEX_NODE_MODULES='"
                            + packages
                            + "': JavaScript is not tested ***");
        }
        assumeTrue(found);
        Files.createSymbolicLink(directory.resolve("node_modules"), Path.of(packages));
        String check = "if (table.numRows !== %d) throw Error(String(table.numRows));";
        Path script = directory.resolve("page.mjs");
        Files.writeString(script, blocks("js").get(0) + check.formatted(ROWS));
        Path output = directory.resolve("node.txt");
        ProcessBuilder node = new ProcessBuilder("node", script.toString());
        node.directory(directory.toFile());
        node.redirectErrorStream(true).redirectOutput(output.toFile());
        assertThat(node.start().waitFor()).as("%s", Files.readString(output)).isZero();
    }
}
