package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The commands that check and mend. */
class VerifyCommandTest {

    @TempDir Path root;

    @Test
    void intactFiles_areToldInALineEach() throws IOException {
        TestCaches.fill(root, "bert", "v1", 2, 10);
        TestCaches.fill(root, "clip", "v1", 1, 5);
        Map<String, String> before = TestCaches.tree(root);
        assertThat(CliRun.of("verify", "-d", root).ok().lines())
                .hasSize(2)
                .anyMatch(line -> line.matches("bert@.*: 2 segments, 20 rows, intact"))
                .anyMatch(line -> line.matches("clip@.*: 1 segment, 5 rows, intact"));
        assertThat(CliRun.of("verify", "clip", "-d", root).ok().lines()).hasSize(1);
        assertThat(TestCaches.tree(root)).isEqualTo(before);
        CliRun.of("verify", "none", "-d", root).exits(ExitCode.NO_CACHE);
    }

    @Test
    void damagedRows_areNamed_andTheExitSaysSo() throws Exception {
        Path generation = TestCaches.fill(root, "bert", "v1", 1, 20);
        for (int i = 1; i < 13; i++) {
            TestCaches.spoilRow(generation, i);
        }
        CliRun run = CliRun.terminal().run("verify", "-d", root).exits(ExitCode.PROBLEMS);
        assertThat(run.out())
                .contains(": 1 segment, 20 rows, 1 bad segment, 12 bad rows\n")
                .contains("damaged rows, 12 of 20 rows")
                .contains("    lost: id-1\n", "    and 2 more: --lost prints them all\n");
        assertThat(CliRun.of("verify", "-d", root, "--lost").exits(ExitCode.PROBLEMS).lines())
                .hasSize(12)
                .contains("id-12");
        String json = CliRun.of("verify", "-d", root, "--format", "json").exits(1).out();
        assertThat(json)
                .contains("\"version\" : 1", "\"command\" : \"verify\"", "\"intact\" : false")
                .contains("\"badRows\" : 12", "\"condition\" : \"DAMAGED_ROWS\"", "\"id-12\"");
    }

    @Test
    void json_isTheKeptOne() throws Exception {
        TestCaches.golden("format1-UTF8", root);
        new Expected(root)
                .output("verify.json", CliRun.of("verify", "-d", root, "--format", "json").ok())
                .assertKept();
    }

    @Test
    void problems_inJson_haveNoNameOfAnException() throws Exception {
        Path generation = TestCaches.fill(root, "bert", "v1", 2, 20);
        TestFiles.truncate(TestFiles.below(generation, ".arrow").get(0), 100);
        String json = CliRun.of("verify", "-d", root, "--format", "json").exits(1).out();
        assertThat(json).contains("\"problem\" : ").doesNotContain("io.github.djlcachex");
    }

    @Test
    void sample_readsAShare_andWrongOnesAreUsage() {
        TestCaches.fill(root, "bert", "v1", 10, 10);
        for (String share : new String[] {"1/1000", "0.5%", "1"}) {
            assertThat(CliRun.of("verify", "-d", root, "--sample", share).ok().out())
                    .contains(": 1 segment of 10, 10 rows, intact");
        }
        assertThat(CliRun.of("verify", "-d", root, "--sample", "1TiB").ok().out())
                .contains(": 10 segments, 100 rows");
        for (String share : new String[] {"0%", "101%", "2/1", "1/0", "x", "-1"}) {
            CliRun.of("verify", "-d", root, "--sample", share).exits(ExitCode.USAGE);
        }
    }

    @Test
    void progress_isShownOnATerminalAlone() {
        TestCaches.fill(root, "bert", "v1", 2, 10);
        assertThat(CliRun.terminal().run("verify", "-d", root).exits(ExitCode.OK).err())
                .startsWith("\rbert@")
                .contains(": 0 % of ")
                .endsWith("\r");
        CliRun.of("verify", "-d", root).ok();
    }

    @Test
    void generationThatCannotBeOpened_isAProblem_andTheOthersAreChecked() throws Exception {
        TestCaches.golden("format2-contract", root);
        TestCaches.fill(root, "bert", "v1", 1, 10);
        assertThat(CliRun.of("verify", "-d", root).exits(ExitCode.PROBLEMS).out())
                .contains("newer")
                .contains("10 rows, intact");
    }

    @Test
    void repair_savesWhatIsIntact_andIsDoneThen() throws IOException {
        Path generation = TestCaches.fill(root, "bert", "v1", 1, 20);
        TestCaches.spoilRow(generation, 7);
        Map<String, String> before = TestCaches.tree(root);
        assertThat(CliRun.of("repair", "bert", "-d", root, "--dry-run").exits(1).out())
                .contains("lost: id-7");
        assertThat(TestCaches.tree(root)).isEqualTo(before);
        assertThat(CliRun.of("repair", "bert", "-d", root).ok().out())
                .contains("lost: id-7", "moved to ", "saved 19 intact rows");
        assertThat(TestFiles.below(generation.resolve("damaged"), ".arrow")).hasSize(1);
        assertThat(CliRun.of("verify", "-d", root).ok().out()).contains("19 rows, intact");
        assertThat(CliRun.of("repair", "bert", "-d", root, "--format", "json").ok().out())
                .contains("\"savedRows\" : 0", "\"movedTo\" : [ ]", "\"intact\" : true");
    }

    @Test
    void repair_onATerminal_showsItsProgressAndTakesItAway() throws IOException {
        Path generation = TestCaches.fill(root, "bert", "v1", 1, 20);
        TestCaches.spoilRow(generation, 3);
        CliRun repair = CliRun.terminal().run("repair", "bert", "-d", root).exits(0);
        assertThat(repair.err())
                .contains("\rrepairing bert@", ": 0 % of ", "\rchecking bert@")
                .endsWith(" \r");
        CliRun dryRun = CliRun.terminal().run("repair", "bert", "-d", root, "--dry-run").exits(0);
        assertThat(dryRun.err()).contains("\rchecking bert@").endsWith(" \r");
    }

    @Test
    void repair_thatLeavesAProblem_saysSo() throws IOException {
        Path generation = TestCaches.fill(root, "bert", "v1", 2, 10);
        Path foreign = TestCaches.fill(root, "clip", "v1", 1, 5);
        Path file = TestFiles.below(foreign, ".arrow").get(0);
        Files.copy(file, generation.resolve("segments").resolve(file.getFileName()));
        assertThat(CliRun.of("repair", "bert", "-d", root).exits(ExitCode.PROBLEMS).out())
                .contains("foreign, 0 of 5 rows");
    }
}
