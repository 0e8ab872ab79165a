package io.github.djlcachex.scenario.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.segment.ForgedSegments;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.HostilePrograms;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Directories whose bytes an attacker chose, checksums included, opened with a heap of 64 MiB: each
 * lie is a typed exception or a file that is passed over, within a second.
 */
@Tag("T21")
class HostileDirectoryTest {

    private static final long LIMIT_MS = 1000;

    /** Wins over the heap that the child is started with. */
    private static final Map<String, String> SMALL_HEAP = Map.of("_JAVA_OPTIONS", "-Xmx64m");

    private static final Pattern CASE =
            Pattern.compile("case (\\S+) ms=(\\d+) outcome=(\\w+)(?: hits=(\\d+) wrong=(\\d+))?.*");

    @TempDir Path directory;

    /** The lies by the name of their directory. */
    private final Map<String, String> lies = new LinkedHashMap<>();

    @Tag("variable-rows")
    @Test
    void segments_forgedWithRightChecksums_areSkippedInTimeAndLittleHeap() throws Exception {
        Reliability.prove(
                "T21 forged segments",
                2 * 2 * 150,
                line -> {
                    for (KeyType type : KeyType.values()) {
                        Path good = writeGood(type);
                        Map<String, byte[]> forged =
                                ForgedSegments.all(Caches.MODULE, type, Caches.ROWS.schema());
                        for (Map.Entry<String, byte[]> each : forged.entrySet()) {
                            Path copy = copyOf(good, type, each.getKey());
                            Path segments = Caches.paths(copy).segments();
                            Files.write(
                                    segments.resolve(ForgedSegments.fileName()), each.getValue());
                        }
                    }
                    openAll(line, true);
                });
    }

    @Test
    void contracts_ofAnyContent_areTypedOrRebuiltInTimeAndLittleHeap() throws Exception {
        Reliability.prove(
                "T21 hostile contract.json",
                2 * 2 * 35,
                line -> {
                    Path good = writeGood(KeyType.INT64);
                    Path contract = TestFiles.only(good, "contract.json");
                    Map<String, byte[]> texts = HostileContracts.all(Files.readString(contract));
                    for (Map.Entry<String, byte[]> each : texts.entrySet()) {
                        Path copy = copyOf(good, KeyType.INT64, each.getKey());
                        Files.write(TestFiles.only(copy, "contract.json"), each.getValue());
                        Path alone = copyOf(good, KeyType.INT64, each.getKey() + ", no segment");
                        Files.write(TestFiles.only(alone, "contract.json"), each.getValue());
                        Files.delete(TestFiles.only(alone, ".arrow"));
                    }
                    openAll(line, false);
                });
    }

    private Path writeGood(KeyType type) throws IOException {
        Path good = directory.resolve("good-" + type);
        Keys keys = HostilePrograms.goodKeys(type);
        try (FeatureCache cache = Caches.at(good).open()) {
            Caches.putAndFlush(cache, keys);
        }
        return good;
    }

    private Path copyOf(Path good, KeyType type, String lie) throws IOException {
        String name = type + "-" + lies.size();
        lies.put(name, lie);
        Path copy = directory.resolve("cases").resolve(name);
        TestFiles.copyAll(good, copy);
        return copy;
    }

    private void openAll(Reliability line, boolean goodRowsAreServed) throws Exception {
        long slowestMs = 0;
        try (ChildJvm child =
                ChildJvm.startWith(
                        directory,
                        SMALL_HEAP,
                        HostilePrograms.Opener.class,
                        directory.resolve("cases"))) {
            for (int i = 0; i < 2 * lies.size(); i++) {
                String said = child.awaitLine("case ");
                Matcher matcher = CASE.matcher(said);
                assertThat(matcher.matches()).as(said).isTrue();
                String lie = lies.get(matcher.group(1)) + ": " + said;
                judge(matcher, lie, goodRowsAreServed, line);
                long ms = Long.parseLong(matcher.group(2));
                assertThat(ms).as(lie).isLessThan(LIMIT_MS);
                slowestMs = Math.max(slowestMs, ms);
                line.run();
            }
            child.awaitLine("end");
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
        line.note("the slowest of " + lies.size() + " directories took " + slowestMs + " ms");
    }

    private static void judge(
            Matcher said, String lie, boolean goodRowsAreServed, Reliability line) {
        assertThat(said.group(3)).as(lie).isIn("open", "empty", "typed");
        if (said.group(3).equals("open")) {
            line.wrong(Long.parseLong(said.group(5)));
        }
        if (goodRowsAreServed) {
            assertThat(said.group(3)).as(lie).isEqualTo("open");
            line.lost(HostilePrograms.GOOD_ROWS - Long.parseLong(said.group(4)));
        }
    }
}
