package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.segment.ForgedSegments;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.scenario.hostile.HostileContracts;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Every command meets directories whose bytes an attacker chose. */
class HostileDirectoriesTest {

    private static final String MODULE = "features";

    private static final List<Integer> EXITS =
            List.of(ExitCode.OK, ExitCode.PROBLEMS, ExitCode.USAGE, ExitCode.IO, ExitCode.NO_CACHE);

    @TempDir Path root;

    /** All commands but those that change something, which come last. */
    private static void runAll(Path directory, String lie) {
        List<List<String>> commands =
                List.of(
                        List.of("ls"),
                        List.of("ls", "--segments", "--format", "json"),
                        List.of("info", MODULE),
                        List.of("head", MODULE),
                        List.of("get", MODULE, "id-0"),
                        List.of("stats", MODULE),
                        List.of("explain", MODULE, "id-0"),
                        List.of("diff", MODULE, MODULE),
                        List.of("watch", "-n", "1"),
                        List.of("plot", MODULE),
                        List.of("verify"),
                        List.of("limit"),
                        List.of("compact", MODULE, "--dry-run"),
                        List.of("rm", MODULE, "--dry-run"),
                        List.of("gc", "--older-than", "1d", "--dry-run"),
                        List.of("compact", MODULE, "-y"),
                        List.of("repair", MODULE, "-y"),
                        List.of("rm", MODULE, "-y"));
        for (List<String> command : commands) {
            CliRun run =
                    CliRun.setup()
                            .environment("DJLCACHEX_DIR", directory.toString())
                            .run(command.toArray());
            String what = lie + ": " + command + "\n" + run.out() + run.err();
            assertThat(run.exit()).as(what).isIn(EXITS);
            assertThat(run.err()).as(what).doesNotContain("\tat ", "unexpected: ");
            assertThat(run.err()).as(what).doesNotContain("Exception in thread", "\u001b");
            if (run.exit() != ExitCode.OK && run.exit() != ExitCode.PROBLEMS) {
                assertThat(run.err()).as(what).isNotEmpty();
            }
        }
    }

    private Path copy(int number) throws IOException {
        Path copy = root.resolve("case-" + number);
        TestCaches.fill(copy, MODULE, "v1", 1, 3);
        return copy;
    }

    @Test
    void forgedSegments_areToldWithoutAStackTrace() throws IOException {
        RowSchema schema = RowSchema.of(Column.of(ElementType.FLOAT32, 2));
        Map<String, byte[]> forged = ForgedSegments.all(MODULE, KeyType.UTF8, schema);
        int number = 0;
        for (Map.Entry<String, byte[]> lie : forged.entrySet()) {
            if (number++ % 8 == 0) { // all of them are met by core's tests
                Path copy = copy(number);
                Path good = TestFiles.below(copy, ".arrow").get(0);
                Files.write(good.resolveSibling(ForgedSegments.fileName()), lie.getValue());
                runAll(copy, lie.getKey());
                TestFiles.deleteAll(copy);
            }
        }
        assertThat(number).isGreaterThan(100);
    }

    @Test
    void hostileContracts_areToldWithoutAStackTrace() throws IOException {
        Path contract = TestFiles.only(copy(0), "contract.json");
        Map<String, byte[]> lies =
                HostileContracts.all(Files.readString(contract).replace("[2]", "[16]"));
        int number = 0;
        for (Map.Entry<String, byte[]> lie : lies.entrySet()) {
            Path copy = copy(++number);
            Files.write(TestFiles.only(copy, "contract.json"), lie.getValue());
            runAll(copy, lie.getKey());
            TestFiles.deleteAll(copy);
        }
        assertThat(number).isGreaterThan(20);
    }

    @Test
    void linksAndDirectoriesInThePlaceOfFiles_areToldWithoutAStackTrace() throws IOException {
        Path links = copy(1);
        Path segment = TestFiles.below(links, ".arrow").get(0);
        Files.delete(segment);
        Files.createSymbolicLink(segment, Path.of("/dev/zero"));
        runAll(links, "a segment that is a link to a device");
        Path directories = copy(2);
        Path contract = TestFiles.only(directories, "contract.json");
        Files.delete(contract);
        Files.createDirectory(contract);
        runAll(directories, "a contract that is a directory");
        Path loops = copy(3);
        Files.createSymbolicLink(loops.resolve("m-loop-0123456789abcdef"), loops);
        Files.write(loops.resolve("limits.json"), new byte[] {'{', 0});
        runAll(loops, "a module that is a link to its parent, and limits that are none");
    }
}
