package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The commands that print rows. */
class RowCommandsTest {

    @TempDir Path root;

    private CliRun run(Object... args) {
        return CliRun.of(TestCaches.with(args, "-d", root));
    }

    @Test
    void outputs_areTheKeptOnes() throws Exception {
        TestCaches.golden("format1-UTF8", root);
        Object[] args = {"head", "golden: extractor/é", "-n", "3", "-d", root};
        CliRun onTerminal = CliRun.terminal().run(args).ok();
        assertThat(onTerminal.lines()).allMatch(line -> line.length() <= 80);
        CliRun stats = CliRun.terminal().run(TestCaches.with(args, "--stats")).ok();
        assertThat(stats.lines()).allMatch(line -> line.length() <= 80);
        new Expected(root)
                .output("head-80-columns.txt", onTerminal)
                .output("head-piped.txt", CliRun.of(args).ok())
                .output("head.json", CliRun.of(TestCaches.with(args, "--format", "json")).ok())
                .output("head-stats-80-columns.txt", stats)
                .output(
                        "head-stats.csv",
                        CliRun.of(TestCaches.with(args, "--stats", "--format", "csv")).ok())
                .output(
                        "head-stats.json",
                        CliRun.of(TestCaches.with(args, "--stats", "--format", "json")).ok())
                .assertKept();
        CliRun.of(TestCaches.with(args, "--format", "csv")).exits(ExitCode.USAGE);
    }

    @Test
    void get_printsTheRowsOfIds_inTheirOrder_andNamesThoseWithout() throws IOException {
        TestCaches.fill(root, "bert", "v1", 2, 300);
        Map<String, String> before = TestCaches.tree(root);
        assertThat(run("get", "bert", "id-31", "id-4").ok().lines())
                .containsExactly("id-31", "  #0  [31.0 -31.0]", "id-4", "  #0  [4.0 -4.0]");
        CliRun some = run("get", "bert", "none\u001b", "id-4").exits(ExitCode.PROBLEMS);
        assertThat(some.lines()).hasSize(2);
        assertThat(some.err()).isEqualTo("no row has the id none\\u{1b}\n");
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            all.append("id-").append(i).append('\n');
        }
        CliRun piped =
                CliRun.setup()
                        .input(all.toString())
                        .run("get", "bert", "--ids", "-", "--stats", "-d", root);
        assertThat(piped.ok().lines()).hasSize(601);
        assertThat(piped.lines().get(600))
                .matches("id-599 +#0 +-599.00 +0.0000 +599.00 +847.11 +0");
        run("get", "bert").exits(ExitCode.USAGE);
        assertThat(TestCaches.tree(root)).isEqualTo(before);
    }

    @Test
    void values_onATerminal_areAsManyAsALineHolds() {
        try (FeatureCache cache = TestCaches.at(root, "wide", "").open()) {
            cache.put(1L, new float[384]);
        }
        CliRun shown = CliRun.terminal().run("get", "wide", "1", "-d", root).ok();
        assertThat(shown.lines().get(1)).hasSizeBetween(74, 80).endsWith("0.0 .. 384 values]");
        assertThat(run("get", "wide", "1").ok().lines().get(1)).hasSize(7 + 384 * 4);
    }

    @Test
    void notANumber_isCounted_andTextsAreEscaped() {
        RowSchema schema =
                RowSchema.of(
                        Column.of("x", ElementType.FLOAT32, 3),
                        Column.ofStrings("text"),
                        Column.ofBinary("raw"));
        byte[] text = "red\u001b[31m\n".getBytes(StandardCharsets.UTF_8);
        RowBatch rows =
                RowBatch.allocateOnHeap(
                        RowShapes.builder(schema)
                                .add(new int[] {text.length}, new int[] {2})
                                .build());
        rows.buffer(0).putFloat(Float.NaN).putFloat(3).putFloat(-4);
        rows.buffer(1).put(text);
        rows.buffer(2).put((byte) 0xca).put((byte) 0xfe);
        try (FeatureCache cache = TestCaches.at(root, "mixed", "").open()) {
            cache.put(Keys.of("\u202Eid"), rows);
        }
        assertThat(run("head", "mixed").ok().lines())
                .containsExactly(
                        "\\u{202e}id",
                        "  x     [NaN 3.0 -4.0]",
                        "  text  red\\u{1b}[31m\\n",
                        "  raw   cafe");
        assertThat(run("head", "mixed", "--stats", "--format", "csv").ok().lines().get(1))
                .isEqualTo("\\u{202e}id,x,-4.0,-0.5,3.0,5.0,1");
        assertThat(run("head", "mixed", "-c", "text", "-c", "2").ok().lines()).hasSize(3);
        run("head", "mixed", "-c", "y").exits(ExitCode.USAGE);
        assertThat(run("head", "mixed", "--format", "json").ok().out())
                .contains("\"NaN\"", "\"value\" : \"cafe\"", "\\u001B");
    }

    @Test
    void damagedRow_isLeftOut_andTold() throws IOException {
        Path generation = TestCaches.fill(root, "bert", "v1", 1, 5);
        TestCaches.spoilRow(generation, 2);
        CliRun head = run("head", "bert").exits(ExitCode.PROBLEMS);
        assertThat(head.lines()).hasSize(8).doesNotContain("id-2");
        assertThat(head.err()).contains("1 damaged row left out");
        assertThat(run("get", "bert", "id-2").exits(ExitCode.PROBLEMS).err())
                .contains("no row has the id id-2");
    }
}
