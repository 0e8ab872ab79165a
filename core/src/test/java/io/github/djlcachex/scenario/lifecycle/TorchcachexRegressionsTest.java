package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** What torchcachex, the Python ancestor, was measured to get wrong; one test a case. */
class TorchcachexRegressionsTest {

    @TempDir Path directory;

    /** There: 10 of 10 rows were missing after flush and reopen, while the workers were busy. */
    @Test
    void case3_flushWhileTheWriterIsBusy_losesNothing() {
        FaultyStorage storage = new FaultyStorage();
        CountDownLatch slow = new CountDownLatch(1);
        TestThreads threads = new TestThreads();
        Keys keys = TestRows.range(0, 100);
        try (FeatureCache cache = Caches.at(directory, storage).segmentRows(10).open()) {
            Caches.putAndFlush(cache, TestRows.range(-1, 0));
            storage.rule(FaultyStorage.waiting(FaultyStorage.Op.CREATE, ".tmp", slow));
            Caches.put(cache, keys);
            Thread flushing =
                    threads.add(
                            () -> {
                                FlushReport report = cache.flush();
                                assertThat(report.persistedRows()).isEqualTo(100);
                                assertThat(report.isComplete()).isTrue();
                            });
            threads.startAll();
            Await.waiting(flushing);
            assertThat(cache.segments()).hasSize(1);
            slow.countDown();
            threads.joinAll();
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, keys);
        }
    }

    /** There: the flush of close ran before the executor's tasks, and lost all of them. */
    @Test
    void case3_closeWhileTheWriterIsBusy_losesNothing() {
        FaultyStorage storage = new FaultyStorage();
        CountDownLatch slow = new CountDownLatch(1);
        FeatureCache cache = Caches.at(directory, storage).segmentRows(10).open();
        Caches.put(cache, TestRows.range(0, 1));
        storage.rule(FaultyStorage.waiting(FaultyStorage.Op.CREATE, ".tmp", slow));
        Caches.put(cache, TestRows.range(1, 100));
        TestThreads threads = new TestThreads();
        Thread closing =
                threads.add(() -> assertThat(cache.closeAndReport().isComplete()).isTrue());
        threads.startAll();
        Await.waiting(closing);
        slow.countDown();
        threads.joinAll();
        try (FeatureCache again = Caches.at(directory).open()) {
            Caches.assertAllRight(again, TestRows.range(0, 100));
        }
    }

    /** There: lru_size=0 became an unbounded dictionary that held 5000 of 5000 rows. */
    @Test
    void case4_memoryTierOf0Bytes_holdsNothing() {
        try (FeatureCache reader = Caches.at(directory).readOnly(true).memoryTierBytes(0).open()) {
            assertThat(Caches.put(reader, TestRows.range(0, 5000)).declined()).isEqualTo(5000);
            assertThat(Caches.rightHits(reader, TestRows.range(0, 5000))).isZero();
            assertThat(reader.contains(0)).isFalse();
        }
    }

    @Test
    void case4_memoryTierOfSomeBytes_isBoundedByThem() {
        int rowBytes = (int) Caches.ROWS.schema().rowBytes();
        try (FeatureCache reader =
                Caches.at(directory).readOnly(true).memoryTierBytes(100L * rowBytes).open()) {
            Caches.put(reader, TestRows.range(0, 5000));
            assertThat(Caches.rightHits(reader, TestRows.range(0, 5000))).isBetween(1, 100);
        }
    }

    /** There: 6 of 10 rows were not visible between put and flush. */
    @Test
    void case5_rowsPutAndNotFlushed_areAllVisible() {
        Keys keys = TestRows.range(0, 1000);
        try (FeatureCache cache = Caches.at(directory).memoryTierBytes(0).open()) {
            Caches.put(cache, keys);
            assertThat(cache.segments()).isEmpty();
            assertThat(cache.missing(keys)).isEmpty();
            Caches.assertAllRight(cache, keys);
        }
    }

    /** There: both wrote segment_000000.arrow, and one read the other's row for its key. */
    @Test
    void case6_twoWritersOnOneDirectory_neitherOverwriteNorServeTheOthersRow() throws IOException {
        Keys a = TestRows.range(0, 10);
        Keys b = TestRows.range(10, 20);
        Store first = Caches.separate(directory);
        Store second = Caches.separate(directory);
        try {
            Caches.put(first, a);
            Caches.put(second, b);
            first.flush();
            second.flush();
            Caches.assertAllRight(first, a);
            Caches.assertAllRight(second, b);
            assertThat(Caches.rightHits(first, b)).isZero();
            assertThat(first.refresh()).isOne();
            assertThat(second.refresh()).isOne();
            Caches.assertAllRight(first, TestRows.range(0, 20));
            Caches.assertAllRight(second, TestRows.range(0, 20));
        } finally {
            Caches.close(first);
            Caches.close(second);
        }
        assertThat(TestFiles.below(directory, ".arrow")).hasSize(2);
    }

    /** There: rank 1, opened before rank 0 wrote, never saw a row. */
    @Test
    void case7_openerFromBeforeTheWriter_seesTheRowsAfterRefresh() throws IOException {
        Keys keys = TestRows.range(0, 10);
        Store early = Caches.separate(directory, Map.of(StoreOption.REFRESH_INTERVAL_MS, 0L));
        Store writer = Caches.separate(directory);
        try {
            assertThat(Caches.rightHits(early, keys)).isZero();
            Caches.put(writer, keys);
            writer.flush();
            assertThat(Caches.rightHits(early, keys)).isZero();
            assertThat(early.refresh()).isOne();
            Caches.assertAllRight(early, keys);
            assertThat(early.rowCount()).isEqualTo(10);
        } finally {
            Caches.close(early);
            Caches.close(writer);
        }
    }

    @Test
    void case7_openerFromBeforeTheWriter_seesTheRowsByItself() throws IOException {
        Keys keys = TestRows.range(0, 10);
        Store early = Caches.separate(directory, Map.of(StoreOption.REFRESH_INTERVAL_MS, 1L));
        Store writer = Caches.separate(directory);
        try {
            assertThat(Caches.rightHits(early, keys)).isZero();
            Caches.put(writer, keys);
            writer.flush();
            Await.until("a miss has brought the rows", () -> Caches.rightHits(early, keys) == 10);
        } finally {
            Caches.close(early);
            Caches.close(writer);
        }
    }

    /** There: the rows of a segment that was committed before a crash were never found again. */
    @Test
    void case8_crashAfterTheCommitOfASegment_itsRowsAreFound() throws IOException {
        Keys keys = TestRows.range(0, 10);
        Store crashed = Caches.separate(directory);
        try {
            Caches.put(crashed, keys);
            crashed.flush();
            // not closed: what is in the directory is all that a crash leaves
            try (FeatureCache cache = Caches.at(directory).open()) {
                Caches.assertAllRight(cache, keys);
            }
        } finally {
            Caches.close(crashed);
        }
    }

    /** There: a float64 row after float32 rows became infinity, silently. */
    @Test
    void case10_rowsOfAnotherTypeThanTheFirst_areRefused() {
        RowSchema doubles =
                RowSchema.of(
                        Column.of("features", ElementType.FLOAT64, 16),
                        Column.of("label", ElementType.INT64));
        Keys keys = TestRows.range(0, 3);
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, keys);
            RowBatch other = new TestRows(doubles, 1).batch(TestRows.range(5, 8));
            assertThatThrownBy(() -> cache.put(TestRows.range(5, 8), other))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContaining("FLOAT32")
                    .hasMessageContaining("FLOAT64")
                    .hasMessageContaining("digits");
            assertThatThrownBy(() -> cache.gather(keys, RowBatch.allocate(doubles, 3)))
                    .isInstanceOf(SchemaMismatchException.class);
            Caches.assertAllRight(cache, keys);
            assertThat(cache.rowCount()).isEqualTo(3);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            RowBatch other = new TestRows(doubles, 1).batch(keys);
            assertThatThrownBy(() -> cache.put(keys, other))
                    .isInstanceOf(SchemaMismatchException.class);
        }
    }

    /** There: bfloat16 rows raised a TypeError. */
    @Test
    void case10_bfloat16Rows_areKeptAsTheirBits() {
        TestRows rows = new TestRows(RowSchema.of(Column.of(ElementType.BFLOAT16, 3)), 5);
        Keys keys = TestRows.range(0, 50);
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.put(keys, rows.batch(keys));
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            RowBatch into = RowBatch.allocate(rows.schema(), 50);
            assertThat(cache.gather(keys, into).hits()).isEqualTo(50);
            for (int i = 0; i < 50; i++) {
                assertThat(rows.isRight(keys, i, into)).isTrue();
            }
        }
    }

    /** There: the module id "../../x" wrote outside of the cache directory. */
    @Test
    void case12_hostileModuleIds_stayInsideAndApart() throws IOException {
        List<String> ids =
                List.of(
                        "../../x",
                        "..",
                        ".",
                        "a/b",
                        "a\\b",
                        "a-b",
                        "A-B",
                        "a/../b",
                        "/etc/passwd",
                        "C:\\x",
                        "CON",
                        "a\0b",
                        "a\nb",
                        "~",
                        "x".repeat(300),
                        "x".repeat(301),
                        "\u00e9",
                        "e\u0301",
                        "\u00c9",
                        "model",
                        "Model",
                        "MODEL",
                        "model ",
                        "\uD83D\uDE00");
        Path inside = directory.resolve("above/above/cache");
        for (int i = 0; i < ids.size(); i++) {
            Keys keys = TestRows.range(0, 3);
            try (FeatureCache cache = open(inside, ids.get(i))) {
                TestRows rows = new TestRows(Caches.ROWS.schema(), i);
                assertThat(cache.put(keys, rows.batch(keys)).stored()).isEqualTo(3);
                assertThat(cache.flush().persistedRows()).isEqualTo(3);
            }
        }
        Set<Path> directories = new HashSet<>();
        for (int i = 0; i < ids.size(); i++) {
            Keys keys = TestRows.range(0, 3);
            try (FeatureCache cache = open(inside, ids.get(i))) {
                assertThat(directories.add(cache.directory())).isTrue();
                assertThat(cache.directory().normalize()).startsWith(inside);
                RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 3);
                assertThat(cache.gather(keys, into).isComplete()).isTrue();
                TestRows rows = new TestRows(Caches.ROWS.schema(), i);
                assertThat(rows.isRight(keys, 2, into)).isTrue();
            }
        }
        try (Stream<Path> outside = Files.list(directory)) {
            assertThat(outside).containsExactly(directory.resolve("above"));
        }
        try (Stream<Path> outside = Files.list(directory.resolve("above/above"))) {
            assertThat(outside).containsExactly(inside);
        }
        try (Stream<Path> modules = Files.list(inside)) {
            assertThat(modules.map(path -> path.getFileName().toString().toLowerCase(Locale.ROOT)))
                    .hasSize(ids.size())
                    .doesNotHaveDuplicates()
                    .allMatch(name -> name.matches("m-[-a-z0-9]{1,64}"));
        }
    }

    private static FeatureCache open(Path directory, String moduleId) {
        return FeatureCache.builder().directory(directory).moduleId(moduleId).open();
    }

    @Test
    void case6_identitiesOfWritersInOneProcess_differ() {
        Set<WriterId> writers = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            writers.add(WriterId.draw());
        }
        assertThat(writers).hasSize(100);
    }
}
