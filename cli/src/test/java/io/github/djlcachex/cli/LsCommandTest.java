package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class LsCommandTest {

    @TempDir Path root;

    private void writeGoldens() throws Exception {
        TestCaches.golden("format1-UTF8", root);
        TestCaches.age(root, Duration.ofHours(3));
        TestCaches.golden("format1-removal-INT64", root);
        TestCaches.age(root.resolve("m-golden-removal-8e42bf7360fbd5ef"), Duration.ofDays(40));
    }

    @Test
    void outputs_areTheKeptOnes() throws Exception {
        writeGoldens();
        CliRun onTerminal = CliRun.terminal().run("ls", root).ok();
        assertThat(onTerminal.lines()).allMatch(line -> line.length() <= 80);
        new Expected(root)
                .output("ls-80-columns.txt", onTerminal)
                .output("ls-piped.txt", CliRun.of("ls", root).ok())
                .output("ls.json", CliRun.of("ls", root, "--format", "json").ok())
                .output("ls.csv", CliRun.of("ls", "--format=csv", root).ok())
                .assertKept();
    }

    @Test
    void segments_areTheKeptOnes() throws Exception {
        writeGoldens();
        CliRun onTerminal = CliRun.terminal().run("ls", "--segments", "-d", root).ok();
        assertThat(onTerminal.lines()).allMatch(line -> line.length() <= 80);
        new Expected(root)
                .output("segments-80-columns.txt", onTerminal)
                .output("segments.csv", CliRun.of("ls", "--segments", "--format", "csv", root).ok())
                .output(
                        "segments.json",
                        CliRun.of("ls", "--segments", "--format", "JSON", root).ok())
                .assertKept();
    }

    @Test
    void filtersAndOrders_chooseGenerations() throws Exception {
        TestCaches.fill(root, "bert", "v1", 1, 3);
        Path old = TestCaches.fill(root, "bert", "v2", 2, 10);
        TestCaches.fill(root, "clip", "v1", 3, 5);
        TestCaches.age(root, Duration.ofMinutes(5));
        TestCaches.age(old, Duration.ofDays(31));
        assertThat(names("--filter", "module=b*")).hasSize(2).allMatch(n -> n.startsWith("bert@"));
        assertThat(names("--filter", "rows>3", "--filter", "used<=30d"))
                .singleElement()
                .asString()
                .startsWith("clip@");
        assertThat(names("--filter", "used > 4w", "--filter", "fingerprint=v2")).hasSize(1);
        assertThat(names("--filter", "size<1TB")).hasSize(3);
        assertThat(names("--filter", "files>=1000")).isEmpty();
        assertThat(names("--filter", "module!=clip", "--sort", "rows:desc", "-n", "1"))
                .isEqualTo(names("--filter", "rows=20"));
        assertThat(names("--sort", "used").get(0)).isEqualTo(names("--filter", "rows=20").get(0));
    }

    private List<String> names(String... options) {
        return CliRun.setup()
                .environment("DJLCACHEX_DIR", root.toString())
                .run(args("ls -q", options))
                .ok()
                .lines();
    }

    private static Object[] args(String first, String... more) {
        return Stream.concat(Arrays.stream(first.split(" ")), Arrays.stream(more)).toArray();
    }

    @Test
    void filter_thatIsUnknown_isWrongUsageAndSaysTheForms() {
        for (String filter :
                new String[] {"size", "color=red", "size>big", "used>1y", "module<a"}) {
            CliRun run = CliRun.of("ls", root, "--filter", filter).exits(ExitCode.USAGE);
            assertThat(run.err()).contains("'").contains("use ");
        }
        assertThat(CliRun.of("ls", root, "--sort", "shape").exits(ExitCode.USAGE).err())
                .contains("'shape'");
        CliRun.of("ls", root, "--format", "xml").exits(ExitCode.USAGE);
        CliRun.of("ls", root, "-d", root).exits(ExitCode.USAGE);
        CliRun.of("lss").exits(ExitCode.USAGE);
        CliRun.of().exits(ExitCode.USAGE);
    }

    @Test
    void directory_thatHoldsNoCache_isToldApart() throws IOException {
        assertThat(CliRun.of("ls", root).ok().out())
                .isEqualTo("0 generations of 0 modules, 0 rows, 0 B in 0 files\n");
        Path file = Files.createFile(root.resolve("file"));
        CliRun.of("ls", file).exits(ExitCode.NO_CACHE);
        assertThat(CliRun.of("ls", root.resolve("none")).exits(ExitCode.NO_CACHE).err())
                .contains("does not exist");
        Path generation = TestCaches.fill(root, "bert", "v1", 1, 3);
        for (Path inside : List.of(generation, generation.resolve("segments"))) {
            assertThat(CliRun.of("ls", inside).exits(ExitCode.NO_CACHE).err())
                    .contains("give " + root + " instead");
        }
    }

    @Test
    void hostileIds_arePrintedEscaped_andNamedSafely() {
        String hostile = "\u001b[2J\u202Eevil\n\u0007 @|red x|@";
        TestCaches.fill(root, hostile, "\u001b]0;x\u0007", 1, 1);
        for (String format : new String[] {"table", "csv", "json"}) {
            String out = CliRun.terminal().run("ls", root, "--format", format).ok().out();
            assertThat(out.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f));
        }
        String name = CliRun.of("ls", "-q", root).ok().lines().get(0);
        assertThat(name).matches("m-[-a-z0-9]+@[0-9a-f]{16}");
    }

    @Test
    void damage_isNoted() throws IOException {
        Path generation = TestCaches.fill(root, "bert", "v1", 2, 3);
        TestFiles.truncate(TestFiles.below(generation, ".arrow").get(0), 100);
        assertThat(CliRun.of("ls", root).ok().out()).contains("1 unreadable");
        Files.delete(generation.resolve("contract.json"));
        assertThat(CliRun.of("ls", root).ok().out()).contains("no contract", "bert@");
    }

    @Test
    void newerFormat_isNoted() throws Exception {
        TestCaches.golden("format2-contract", root);
        assertThat(CliRun.of("ls", root).ok().out()).contains("newer format");
    }

    @Test
    void ls_writesNothing() throws IOException {
        TestCaches.fill(root, "bert", "v1", 2, 3);
        Map<String, String> before = TestCaches.tree(root);
        CliRun.of("ls", root).ok();
        CliRun.of("ls", "--segments", root).ok();
        assertThat(TestCaches.tree(root)).isEqualTo(before);
    }

    @Test
    void colors_areForTerminalsWithoutNoColor() {
        TestCaches.fill(root, "bert", "v1", 1, 1);
        assertThat(CliRun.of("ls", root).out()).doesNotContain("\u001b");
        assertThat(CliRun.terminal().run("ls", root).out()).doesNotContain("\u001b");
        assertThat(CliRun.terminal().environment("NO_COLOR", "").run("ls", root).out())
                .contains("\u001b[1mMODULE");
        assertThat(
                        CliRun.terminal()
                                .environment("NO_COLOR", "")
                                .environment("TERM", "dumb")
                                .run("ls", root)
                                .out())
                .doesNotContain("\u001b");
    }

    @Test
    void columns_ofTheTerminal_areKept() throws Exception {
        writeGoldens();
        CliRun wide = CliRun.terminal().environment("COLUMNS", "200").run("ls", root).ok();
        assertThat(wide.out()).doesNotContain("..");
        CliRun odd = CliRun.terminal().environment("COLUMNS", "x").run("ls", root).ok();
        assertThat(odd.lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void output_thatIsClosed_endsQuietly_andOneThatFails_isAnError() {
        for (char letter = 'a'; letter < 'h'; letter++) { // past every buffer
            String id = String.valueOf(letter).repeat(4000);
            CliRun.setup().runTo(failing("Broken pipe"), "ls", root).ok();
            CliRun full = CliRun.terminal().runTo(failing("No space left on device"), "ls", root);
            assertThat(full.exits(ExitCode.IO).err())
                    .contains("No space left on device")
                    .doesNotContain("\tat ");
            TestCaches.fill(root, id, "v1", 1, 1);
        }
        for (String format : new String[] {"table", "csv", "json"}) {
            CliRun.setup().runTo(failing("Broken pipe"), "ls", "--format", format, root).ok();
            CliRun full =
                    CliRun.terminal()
                            .environment("COLUMNS", "999")
                            .runTo(failing("disk full"), "ls", "--format", format, root);
            assertThat(full.exits(ExitCode.IO).err()).contains("disk full").doesNotContain("\tat ");
        }
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }

    @Test
    void help_namesEveryOption() {
        assertThat(CliRun.of("ls", "--help").ok().out())
                .contains("--filter", "--sort", "--segments", "--format", "-q");
        assertThat(CliRun.of("--version").ok().out()).startsWith("djlcachex ");
        assertThat(CliRun.of("--help").ok().lines()).allMatch(line -> line.length() <= 80);
    }
}
