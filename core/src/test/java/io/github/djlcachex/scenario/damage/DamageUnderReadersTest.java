package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.ReaderPrograms;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that another process damages or deletes under eight reading threads of hot code. */
@Tag("variable-rows")
class DamageUnderReadersTest {

    /** A method of the innermost loop, as the JVM lists compiled code; 4 is the second compiler. */
    private static final Pattern HOT =
            Pattern.compile("(?m)^ *\\d+ +4 +.*Row(Reader|Group)\\.(copy|resolveRest|read)");

    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    private static final long BETWEEN_DAMAGES_NANOS = 10_000_000;
    private static final String COMPACTED = "compacted";

    @TempDir Path directory;

    private final Random random = new Random(29);
    private long rowsChecked;

    /** What happens to one file; the healthy file is the first one. */
    private enum Damage {
        TRUNCATED_TO_NOTHING,
        TRUNCATED_IN_STEPS,
        TRUNCATED_AND_GROWN,
        DELETED,
        REPLACED_BY_GARBAGE,
        REPLACED_BY_ANOTHER_SEGMENT,
        OVERWRITTEN_BY_GARBAGE,
        OVERWRITTEN_BY_ANOTHER_SEGMENT
    }

    private interface Harm {
        void to(Path directory, Reliability line) throws Exception;
    }

    @Test
    @Tag("T9")
    void files_damagedUnderReaders_giveNoWrongRowAndTheJvmLives() throws Exception {
        int rounds = Reliability.runs(1, 25);
        int kinds = KeyType.values().length * ReadMode.values().length;
        int damages = kinds * rounds * (ReaderPrograms.SEGMENTS - 1);
        Reliability.prove(
                "T9 truncated/deleted/replaced/overwritten under readers",
                damages,
                line -> {
                    demandTool(line);
                    for (KeyType type : KeyType.values()) {
                        for (ReadMode mode : ReadMode.values()) {
                            read(type, mode, rounds, this::damageAll, line);
                        }
                    }
                    line.note(rowsChecked + " rows judged, by code of the second compiler");
                });
    }

    @Test
    @Tag("T16")
    void files_deletedByClearUnderReaders_giveNoWrongRowAndTheJvmLives() throws Exception {
        int rounds = Reliability.runs(1, 25);
        Reliability.prove(
                "T16 deleted by clear() under readers",
                2L * rounds,
                line -> {
                    demandTool(line);
                    read(KeyType.INT64, ReadMode.MAPPED, rounds, this::clear, line);
                    read(KeyType.UTF8, ReadMode.POSITIONAL, rounds, this::clear, line);
                    line.note(rowsChecked + " rows judged");
                });
    }

    @Test
    @Tag("T16")
    void files_replacedByCompactionUnderReaders_giveAllRowsAndTheJvmLives() throws Exception {
        int rounds = Reliability.runs(1, 25);
        Reliability.prove(
                "T16 replaced by compact() under readers",
                2L * rounds,
                line -> {
                    demandTool(line);
                    read(KeyType.INT64, ReadMode.MAPPED, rounds, this::compact, line);
                    read(KeyType.UTF8, ReadMode.POSITIONAL, rounds, this::compact, line);
                    line.note(rowsChecked + " rows judged");
                });
    }

    /** One child reads round after round, each in a directory of its own. */
    private void read(KeyType type, ReadMode mode, int rounds, Harm harm, Reliability line)
            throws Exception {
        List<Object> arguments = new ArrayList<>(List.of(type, mode));
        for (int round = 0; round < rounds; round++) {
            Path fresh = directory.resolve(type + "-" + mode + "-" + round);
            write(fresh, type);
            arguments.add(fresh);
        }
        try (ChildJvm child =
                ChildJvm.start(directory, ReaderPrograms.Readers.class, arguments.toArray())) {
            for (int round = 0; round < rounds; round++) {
                Path read = Path.of(arguments.get(2 + round).toString());
                boolean alive = harmWhileItReads(child, read, harm, line);
                if (!alive) {
                    line.jvmDeath();
                    return;
                }
                readAfterwards(read, type, line);
                TestFiles.deleteAll(read);
            }
            child.awaitLine("end");
            if (child.awaitEnd() != 0) {
                line.jvmDeath();
            }
        }
    }

    private void write(Path fresh, KeyType type) {
        try (FeatureCache cache =
                Caches.at(fresh).segmentRows(ReaderPrograms.SEGMENT_ROWS).open()) {
            for (int from = 0; from < ReaderPrograms.POOL; from += ReaderPrograms.SEGMENT_ROWS) {
                var keys = ExpectedRows.keys(type, from, from + ReaderPrograms.SEGMENT_ROWS);
                cache.put(keys, ReaderPrograms.ROWS.batch(keys));
                assertThat(cache.flush().isComplete()).isTrue();
            }
            assertThat(cache.segments()).hasSize(ReaderPrograms.SEGMENTS);
        }
    }

    /** Returns false if the child died. */
    private boolean harmWhileItReads(ChildJvm child, Path read, Harm harm, Reliability line)
            throws Exception {
        String report;
        try {
            child.awaitLine("warm");
            assertThat(isHot(child)).as("the gather is compiled by the second compiler").isTrue();
            harm.to(read, line);
            child.send("done");
            report = child.awaitLine("round");
        } catch (AssertionError | IOException e) {
            if (child.awaitEnd() == 0) {
                throw e;
            }
            System.err.println(child.errors());
            return false;
        }
        rowsChecked += number(report, "hits");
        line.wrong(number(report, "wrong"));
        assertThat(number(report, "thrown")).as(child.errors()).isZero();
        if (Files.exists(read.resolve(COMPACTED))) {
            line.lost(number(report, "misses"));
        }
        if (Files.exists(read.resolve("damaged"))) {
            line.lost(number(report, "healthyMisses"));
            assertThat(number(report, "corrupt")).as("damage was met").isPositive();
        }
        return true;
    }

    private static long number(String report, String name) {
        Matcher matcher = Pattern.compile(name + "=(\\d+)").matcher(report);
        assertThat(matcher.find()).as(report).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** Without the JVM's own tool nobody knows whether the code was hot: that proves nothing. */
    private static void demandTool(Reliability line) {
        if (!Files.exists(JCMD)) {
            line.skip("no " + JCMD + " to tell whether the gather is compiled");
        }
    }

    private static boolean isHot(ChildJvm child) throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            Process asked =
                    new ProcessBuilder(
                                    JCMD.toString(),
                                    Long.toString(child.pid()),
                                    "Compiler.codelist")
                            .redirectErrorStream(true)
                            .start();
            String listed =
                    new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (HOT.matcher(listed).find()) {
                return true;
            }
        }
        return false;
    }

    private void damageAll(Path read, Reliability line) throws IOException {
        Files.createFile(read.resolve("damaged"));
        List<Path> segments = TestFiles.below(read, ".arrow");
        byte[] another = Files.readAllBytes(segments.get(0));
        int kind = random.nextInt(Damage.values().length);
        for (Path segment : segments.subList(1, segments.size())) {
            Damage damage = Damage.values()[kind++ % Damage.values().length];
            damage(segment, damage, another);
            line.run();
            LockSupport.parkNanos(BETWEEN_DAMAGES_NANOS);
        }
    }

    private void damage(Path segment, Damage damage, byte[] another) throws IOException {
        long size = Files.size(segment);
        byte[] garbage = new byte[(int) size];
        random.nextBytes(garbage);
        Path beside = segment.resolveSibling("beside");
        switch (damage) {
            case TRUNCATED_TO_NOTHING -> TestFiles.truncate(segment, 0);
            case TRUNCATED_IN_STEPS -> {
                for (long left = size - size / 16; left > 0; left -= size / 16) {
                    TestFiles.truncate(segment, left);
                    LockSupport.parkNanos(BETWEEN_DAMAGES_NANOS / 16);
                }
            }
            case TRUNCATED_AND_GROWN -> {
                TestFiles.truncate(segment, size / 3);
                TestFiles.overwrite(segment, size - 1, new byte[1]);
            }
            case DELETED -> Files.delete(segment);
            case REPLACED_BY_GARBAGE, REPLACED_BY_ANOTHER_SEGMENT -> {
                boolean random = damage == Damage.REPLACED_BY_GARBAGE;
                Files.write(beside, random ? garbage : another);
                Files.move(beside, segment, StandardCopyOption.ATOMIC_MOVE);
            }
            case OVERWRITTEN_BY_GARBAGE -> TestFiles.overwrite(segment, 0, garbage);
            case OVERWRITTEN_BY_ANOTHER_SEGMENT -> TestFiles.overwrite(segment, 0, another);
        }
    }

    private void clear(Path read, Reliability line) {
        try (FeatureCache cache = Caches.at(read).open()) {
            cache.clear();
            assertThat(cache.rowCount()).isZero();
        }
        line.run();
    }

    private void compact(Path read, Reliability line) throws IOException {
        Files.createFile(read.resolve(COMPACTED));
        try (FeatureCache cache = Caches.at(read).open()) {
            assertThat(cache.compact().filesRemoved()).isEqualTo(ReaderPrograms.SEGMENTS);
            assertThat(cache.segments()).hasSize(1);
        }
        line.run();
    }

    /** A new opener serves what is left, and nothing wrong. */
    private void readAfterwards(Path read, KeyType type, Reliability line) {
        ExpectedRows all =
                new ExpectedRows(
                        ReaderPrograms.ROWS, ExpectedRows.keys(type, 0, ReaderPrograms.POOL));
        try (FeatureCache cache = Caches.at(read).readOnly(true).open()) {
            RowBatch into = RowBatch.allocate(ReaderPrograms.ROWS.schema(), all.pool().size());
            GatherResult result = cache.gather(all.pool(), into);
            line.wrong(all.wrong(into, result.missing()));
            if (Files.exists(read.resolve("damaged"))) {
                assertThat(result.hits()).isGreaterThanOrEqualTo(ReaderPrograms.HEALTHY);
            } else if (Files.exists(read.resolve(COMPACTED))) {
                assertThat(result.hits()).isEqualTo(ReaderPrograms.POOL);
            } else {
                assertThat(result.hits()).isZero();
            }
        }
    }
}
