package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Files that are not what was written: each is noticed, and costs no row of another file. */
@Tag("T8")
class ForeignFilesTest {

    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Column.of("features", ElementType.FLOAT32, 3), Column.of(ElementType.INT64));
    private static final TestRows ROWS = new TestRows(SCHEMA, 13);
    private static final int PAGE_BYTES = 4096;

    @TempDir Path directory;

    private final Random random = new Random(8);
    private ExpectedRows victims;
    private ExpectedRows others;
    private Path segment;
    private byte[] intact;

    @BeforeEach
    void begin() throws IOException {
        writeTwoSegments(KeyType.INT64, 4);
    }

    private void writeTwoSegments(KeyType type, int rows) throws IOException {
        TestFiles.deleteAll(directory);
        Files.createDirectories(directory);
        victims = new ExpectedRows(ROWS, ExpectedRows.keys(type, 0, rows));
        others = new ExpectedRows(ROWS, ExpectedRows.keys(type, rows, 2 * rows));
        segment = write(victims, Caches.at(directory));
        write(others, Caches.at(directory));
        intact = Files.readAllBytes(segment);
    }

    private static Path write(ExpectedRows rows, FeatureCacheBuilder builder) {
        return write(rows, ROWS, builder);
    }

    private static Path write(ExpectedRows rows, TestRows oracle, FeatureCacheBuilder builder) {
        try (FeatureCache cache = builder.open()) {
            List<Path> before = TestFiles.below(cache.directory(), ".arrow");
            cache.put(rows.pool(), oracle.batch(rows.pool()));
            FlushReport report = cache.flush();
            assertThat(report.persistedRows()).isEqualTo(rows.pool().size());
            return TestFiles.below(cache.directory(), ".arrow").stream()
                    .filter(file -> !before.contains(file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** How many of the rows of a file are found; wrong ones are counted. */
    private static int hits(FeatureCache cache, ExpectedRows rows, Reliability line) {
        RowBatch into = RowBatch.allocate(SCHEMA, rows.pool().size());
        GatherResult result = cache.gather(rows.pool(), into);
        line.wrong(rows.wrong(into, result.missing()));
        return result.hits();
    }

    /** The file is skipped whole, and the other file's rows are served. */
    private void assertSkipped(Reliability line) {
        assertDetected(line, true);
    }

    private void assertDetected(Reliability line, boolean whole) {
        line.run();
        try (FeatureCache cache =
                Caches.at(directory).readMode(ReadMode.POSITIONAL).readOnly(true).open()) {
            long skipped = cache.stats().skippedSegments();
            assertThat(skipped).isBetween(whole ? 1L : 0L, 1L);
            int found = hits(cache, victims, line);
            assertThat(found).isLessThan(victims.pool().size());
            assertThat(skipped == 0 || found == 0).isTrue();
            line.lost(others.pool().size() - hits(cache, others, line));
        }
    }

    @Test
    void segment_truncatedAtAnyLength_isSkipped() throws Exception {
        Reliability.prove(
                "T8 truncated at every length",
                2L * 1000,
                line -> {
                    for (KeyType type : KeyType.values()) {
                        writeTwoSegments(type, 4);
                        for (int bytes = intact.length - 1; bytes >= 0; bytes--) {
                            TestFiles.truncate(segment, bytes);
                            assertSkipped(line);
                        }
                    }
                });
    }

    @Test
    void segment_extendedByRandomBytes_isSkipped() throws Exception {
        Reliability.prove(
                "T8 extended by 1 to 4096 random bytes",
                PAGE_BYTES,
                line -> {
                    byte[] more = new byte[PAGE_BYTES];
                    random.nextBytes(more);
                    for (int i = 0; i < PAGE_BYTES; i++) {
                        TestFiles.overwrite(segment, intact.length + i, new byte[] {more[i]});
                        assertSkipped(line);
                    }
                });
    }

    @Test
    void segment_zeroedInPart_isNoticed() throws Exception {
        int step = Reliability.runs(5, 1);
        Reliability.prove(
                "T8 zeroed head, tail and pages",
                2L * 1000 / step + 10,
                line -> {
                    for (int bytes = 1; bytes <= intact.length; bytes += step) {
                        rewriteZeroed(0, bytes);
                        assertSkipped(line);
                        rewriteZeroed(intact.length - bytes, intact.length);
                        assertSkipped(line);
                    }
                    writeTwoSegments(KeyType.UTF8, 1000);
                    for (int at = 0; at < intact.length; at += PAGE_BYTES) {
                        rewriteZeroed(at, Math.min(at + PAGE_BYTES, intact.length));
                        assertDetected(line, false);
                    }
                });
    }

    private void rewriteZeroed(int from, int to) throws IOException {
        byte[] zeroed = intact.clone();
        Arrays.fill(zeroed, from, to, (byte) 0);
        Files.write(segment, zeroed);
    }

    @Test
    void garbage_underTheNameOfASegment_isSkipped() throws Exception {
        Reliability.prove(
                "T8 garbage and empty files",
                300,
                line -> {
                    for (int bytes = 0; bytes < 290; bytes++) {
                        writeGarbage(bytes);
                        assertSkipped(line);
                    }
                    for (int bytes = 512; bytes <= 16 << 20; bytes *= 2) {
                        writeGarbage(bytes);
                        assertSkipped(line);
                    }
                });
    }

    private void writeGarbage(int bytes) throws IOException {
        byte[] garbage = new byte[bytes];
        random.nextBytes(garbage);
        if (bytes % 2 == 1 && bytes >= 10) { // every second one ends as a segment does
            System.arraycopy(intact, intact.length - 10, garbage, bytes - 10, 10);
        }
        Files.write(segment, garbage);
    }

    @Test
    void segment_ofAnotherNameOrContract_isSkipped() throws Exception {
        Reliability.prove(
                "T8 swapped names and segments of others",
                8,
                line -> {
                    FeatureCacheBuilder module = foreign().moduleId("other");
                    copyOver(write(victims, module), line);
                    FeatureCacheBuilder print = foreign().moduleId(Caches.MODULE);
                    copyOver(write(victims, print.fingerprint("other weights")), line);
                    ExpectedRows texts =
                            new ExpectedRows(ROWS, ExpectedRows.keys(KeyType.UTF8, 0, 4));
                    copyOver(write(texts, foreign().moduleId(Caches.MODULE)), line);
                    for (RowSchema other :
                            new RowSchema[] {
                                RowSchema.of(SCHEMA.columns().get(0)),
                                RowSchema.of(SCHEMA.columns().get(1), SCHEMA.columns().get(0)),
                                RowSchema.of(
                                        Column.of("features", ElementType.INT32, 3),
                                        Column.of(ElementType.INT64))
                            }) {
                        TestRows oracle = new TestRows(other, 13);
                        ExpectedRows rows = new ExpectedRows(oracle, victims.pool());
                        copyOver(write(rows, oracle, foreign().moduleId(Caches.MODULE)), line);
                    }
                    swapNames(line);
                });
    }

    private FeatureCacheBuilder foreign() throws IOException {
        return FeatureCache.builder().directory(Files.createTempDirectory(directory, "foreign"));
    }

    /** Under the name that it was written with, and under that of the victim. */
    private void copyOver(Path foreign, Reliability line) throws IOException {
        Path ownName = segment.resolveSibling(foreign.getFileName());
        Files.delete(segment);
        Files.copy(foreign, ownName);
        assertSkipped(line);
        Files.move(ownName, segment);
        assertSkipped(line);
    }

    private void swapNames(Reliability line) throws IOException {
        writeTwoSegments(KeyType.INT64, 4);
        Path second =
                TestFiles.below(directory, ".arrow").stream()
                        .filter(file -> !file.equals(segment))
                        .findFirst()
                        .orElseThrow();
        Path aside = directory.resolve("aside");
        Files.move(segment, aside);
        Files.move(second, segment);
        Files.move(aside, second);
        line.run();
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.stats().skippedSegments()).isEqualTo(2);
            assertThat(hits(cache, victims, line) + hits(cache, others, line)).isZero();
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void thingsThatAreNoFiles_underTheNameOfASegment_areSkippedAtOnce() throws Exception {
        Reliability.prove(
                "T8 directory, link and pipe named like a segment",
                3,
                line -> {
                    Path good = Files.copy(segment, directory.resolve("good"));
                    Files.delete(segment);
                    Files.createDirectory(segment);
                    assertSkipped(line);
                    Files.delete(segment);
                    Files.createSymbolicLink(segment, good);
                    assertSkipped(line);
                    Files.delete(segment);
                    if (makePipe(segment)) {
                        assertSkipped(line);
                    } else {
                        line.skip("no mkfifo");
                    }
                });
    }

    private static boolean makePipe(Path path) throws InterruptedException {
        try {
            Process made = new ProcessBuilder("mkfifo", path.toString()).start();
            return made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0;
        } catch (IOException e) {
            return false; // Windows
        }
    }
}
