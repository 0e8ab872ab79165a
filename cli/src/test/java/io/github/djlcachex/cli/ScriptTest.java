package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a script relies on: names, empty variables, numbers, and exits that are not a false 0. */
class ScriptTest {

    @TempDir Path root;

    private static String hash(Path generation) {
        return generation.getFileName().toString().substring(2, 10);
    }

    @Test
    void aName_thatAModuleAndAGenerationHave_isRefused_andQuietNamesAreOwn() {
        Path generation = TestCaches.fill(root, "a", "v1", 1, 2);
        String both = "a@" + hash(generation);
        Path other = TestCaches.fill(root, both, "v2", 1, 3);
        for (String command : List.of("rm", "info", "verify")) {
            CliRun run = CliRun.of(command, both, "-d", root).exits(ExitCode.USAGE);
            assertThat(run.err()).contains("a generation of another");
        }
        for (String name : CliRun.of("ls", root, "-q", "--filter", "module=a").ok().lines()) {
            CliRun.of("rm", "-y", name, "-d", root).exits(ExitCode.OK);
        }
        assertThat(generation).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void aDirectoryThatIsAnEmptyText_isNotTheCurrentOne() {
        for (List<Object> args :
                List.<List<Object>>of(
                        List.of("rm", "-y", "a", "-d", ""),
                        List.of("ls", ""),
                        List.of("doctor", ""),
                        List.of("import", "csv", "x.csv", "a", "-d", ""))) {
            CliRun run = CliRun.of(args.toArray()).exits(ExitCode.USAGE);
            assertThat(run.err()).contains("empty");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"head a -n -1", "ls -n -1", "watch -n 0", "watch --interval 0s"})
    void aNumberOutOfRange_isWrongUsage(String line) {
        TestCaches.fill(root, "a", "v1", 1, 2);
        CliRun run =
                CliRun.setup()
                        .environment("DJLCACHEX_DIR", root.toString())
                        .run((Object[]) line.split(" "))
                        .exits(ExitCode.USAGE);
        assertThat(run.err()).doesNotContain("Exception");
    }

    @Test
    void wrongUsage_isToldInTwoLines() {
        CliRun run = CliRun.of("ls", root, "--format", "xml").exits(ExitCode.USAGE);
        assertThat(run.err().lines()).hasSize(2);
        assertThat(run.err()).contains("xml").endsWith("see djlcachex ls --help\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "54", "55", "100000"})
    void columnsOfAnyTerminal_areTaken(String columns) {
        for (String args : List.of("--help", "ls " + root)) {
            CliRun.terminal().environment("COLUMNS", columns).run((Object[]) args.split(" ")).ok();
        }
    }

    /** The check of a disk that is not mounted would be well for ever. */
    @Test
    void verify_whereNothingIs_fails() {
        CliRun run = CliRun.of("verify", "-d", root).exits(ExitCode.NO_CACHE);
        assertThat(run.err()).contains("no generation");
    }

    @Test
    void verify_afterAFailedImport_findsNothingDamaged() throws IOException {
        TestCaches.fill(root, "a", "v1", 1, 2);
        Path csv = Files.writeString(root.resolve("x.csv"), "key,v\n1,2.5\n");
        CliRun refused = CliRun.of("import", "csv", csv, "b", "-d", root).exits(ExitCode.USAGE);
        assertThat(refused.err()).contains("option --id-column");
        assertThat(CliRun.of("verify", "-d", root).ok().out()).contains(": empty\n");
        assertThat(CliRun.of("ls", root).ok().out()).contains("empty");
    }

    private Path cutFile(int segments) throws IOException {
        Path generation = TestCaches.fill(root, "a", "v1", segments, 8);
        try (var files = Files.newDirectoryStream(generation.resolve("segments"), "*.arrow")) {
            Path first = files.iterator().next();
            Files.write(first, new byte[100]);
            return first;
        }
    }

    @Test
    void filesThatCannotBeRead_areToldByAllThatReadRows() throws IOException {
        cutFile(2);
        Path out = root.resolve("out.csv");
        for (List<Object> args :
                List.<List<Object>>of(
                        List.of("head", "a", "-d", root),
                        List.of("stats", "a", "-d", root),
                        List.of("diff", "a", "a", "-d", root),
                        List.of("plot", "a", "-d", root),
                        List.of("export", "csv", "a", out, "-d", root))) {
            CliRun run = CliRun.of(args.toArray()).exits(ExitCode.PROBLEMS);
            assertThat(run.err()).as("%s", args).contains("cannot be read", "left out");
        }
    }

    @Test
    void lostIds_thatCannotBeRead_areTold() throws IOException {
        cutFile(1);
        CliRun run = CliRun.of("verify", "--lost", "-d", root).exits(ExitCode.PROBLEMS);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("the ids of 1 file cannot be read");
    }

    @Test
    void ids_areReadBehindAByteOrderMark_andNeverAsOtherNumbers() throws IOException {
        TestCaches.fill(root, "a", "v1", 1, 3);
        Path ids = Files.writeString(root.resolve("ids"), "\uFEFFid-0\r\n\r\nid-2\r\n");
        assertThat(CliRun.of("get", "a", "--ids", ids, "-d", root).ok().lines())
                .anyMatch(line -> line.startsWith("id-0"))
                .anyMatch(line -> line.startsWith("id-2"));
        Path csv = Files.writeString(root.resolve("n.csv"), "id,v\n7,2.5\n");
        CliRun.of("import", "csv", csv, "n", "-d", root).ok();
        assertThat(CliRun.of("delete", "-y", "n", "007", "-d", root).exits(2).err())
                .contains("'007'");
        CliRun.of("get", "n", "7", "-d", root).ok();
    }

    @Test
    void largeIntegers_areComparedAndCountedExactly() throws IOException {
        long large = 1L << 53;
        Path a = Files.writeString(root.resolve("a.csv"), "id,v\n1," + large + "\n2,5\n");
        Path b = Files.writeString(root.resolve("b.csv"), "id,v\n1," + (large + 1) + "\n2,5\n");
        Path c =
                Files.writeString(
                        root.resolve("c.csv"), "id,v\n1," + large + "\n2," + (large + 1) + "\n");
        CliRun.of("import", "csv", a, "a", "-d", root).ok();
        CliRun.of("import", "csv", b, "b", "-d", root).ok();
        CliRun.of("import", "csv", c, "c", "-d", root).ok();
        assertThat(CliRun.of("diff", "a", "b", "-d", root, "--tolerance", "0").exits(1).out())
                .contains("1 same", "1 different");
        CliRun.of("diff", "a", "b", "-d", root, "--tolerance", "1").exits(0);
        assertThat(CliRun.of("stats", "c", "-d", root).exits(0).out()).doesNotContain("constant 1");
    }

    @Test
    void integersOfBothEnds_areFarFromEachOther() throws IOException {
        Path a = Files.writeString(root.resolve("a.csv"), "id,v\n1," + Long.MIN_VALUE + "\n");
        Path b = Files.writeString(root.resolve("b.csv"), "id,v\n1," + Long.MAX_VALUE + "\n");
        CliRun.of("import", "csv", a, "a", "-d", root).ok();
        CliRun.of("import", "csv", b, "b", "-d", root).ok();
        CliRun.of("diff", "a", "b", "-d", root, "--tolerance", "1e18").exits(1);
        CliRun.of("diff", "a", "b", "-d", root, "--tolerance", "2e19").exits(0);
    }

    @Test
    void deviation_keepsWhatCameBeforeALargeNumber() {
        ColumnStatistics statistics = new ColumnStatistics();
        RowSchema schema = RowSchema.of(Column.of(ElementType.FLOAT64));
        for (double number : new double[] {2.5e120, -2.5e120, 2.6e120}) {
            RowBatch row = RowBatch.allocate(schema, 1);
            row.buffer(0).putDouble(0, number);
            for (int i = 0; i < 1000; i++) {
                statistics.add(new RowValue(row.column(0), 0));
            }
        }
        assertThat(statistics.deviation()).isBetween(2.3e120, 2.5e120);
        assertThat(statistics.mean()).isBetween(0.86e120, 0.87e120);
    }

    @Test
    void words_ofTheLibrary_areThoseOfTheCommand_butForNamesAndPaths() {
        assertThat(
                        Wording.ofCommand(
                                "column 'elementType' of /idColumn/x: expected FLOAT32, found"
                                        + " elementType; choose it with elementType"))
                .isEqualTo(
                        "column 'elementType' of /idColumn/x: expected FLOAT32, found"
                                + " elementType; choose it with --type");
        assertThat(Wording.ofCommand("option idColumn: expected a, found b; name it with ids"))
                .isEqualTo("option --id-column: expected a, found b; name it with --ids");
        assertThat(Wording.ofCommand("any text")).isEqualTo("any text");
    }

    @Test
    void doublesOfAnySize_haveAMeanAndADeviation() throws IOException {
        Path csv =
                Files.writeString(
                        root.resolve("a.csv"), "id,v\n1,1.5e308\n2,1.5e308\n3,-1.5e308\n");
        CliRun.of("import", "csv", csv, "a", "-d", root, "--type", "float64").ok();
        String json = CliRun.of("stats", "a", "-d", root, "--format", "json").ok().out();
        assertThat(json).contains("5.0E307").doesNotContain("NaN\"");
    }
}
