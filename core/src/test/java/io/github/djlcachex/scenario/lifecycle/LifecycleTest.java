package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Opening, sharing and closing caches. */
class LifecycleTest {

    private static final Keys KEYS = TestRows.range(0, 20);

    @TempDir Path directory;

    @Test
    void open_ofNothing_isEmptyAndWritesNoRow() {
        try (FeatureCache cache = Caches.at(directory.resolve("not/yet/there")).open()) {
            assertThat(cache.schema()).isEmpty();
            assertThat(cache.keyType()).isEmpty();
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.keys().size()).isZero();
            assertThat(cache.segments()).isEmpty();
            assertThat(cache.contains(1)).isFalse();
            assertThat(cache.contains("a")).isFalse();
            assertThat(cache.missing(KEYS)).hasSize(20);
            assertThat(Caches.rightHits(cache, KEYS)).isZero();
            assertThat(cache.refresh()).isZero();
            assertThat(cache.flush()).isEqualTo(Seams.NOTHING);
            assertThat(cache.moduleId()).isEqualTo("digits");
            assertThat(cache.isWritable()).isTrue();
            cache.clear();
        }
        assertThat(TestFiles.below(directory, "")) // but for the mark of the use
                .singleElement()
                .satisfies(file -> assertThat(file).hasFileName("used"));
    }

    @Test
    void readOnly_ofNothing_createsNoDirectory() throws IOException {
        Path absent = directory.resolve("absent");
        try (FeatureCache cache = Caches.at(absent).readOnly(true).open()) {
            assertThat(Caches.rightHits(cache, KEYS)).isZero();
            Caches.put(cache, KEYS);
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.contains(3)).isTrue();
            assertThat(cache.missing(TestRows.range(19, 21))).containsExactly(1);
            assertThat(cache.rowCount()).as("stored rows").isZero();
            assertThat(cache.flush().persistedRows()).isZero();
            assertThat(cache.isWritable()).isFalse();
            assertThatThrownBy(cache::clear)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("read-only");
        }
        assertThat(Files.exists(absent)).isFalse();
    }

    @Test
    void readOnly_openedBeforeTheDirectoryExisted_findsTheRowsByRefresh() throws IOException {
        Path absent = directory.resolve("absent");
        try (FeatureCache reader = Caches.at(absent).readOnly(true).open()) {
            Caches.put(reader, TestRows.range(100, 105));
            Store writer = Caches.separate(absent);
            Caches.put(writer, KEYS);
            Caches.close(writer);
            assertThat(reader.refresh()).isOne();
            Caches.assertAllRight(reader, KEYS);
            // what it had computed itself is still in its memory tier
            Caches.assertAllRight(reader, TestRows.range(100, 105));
        }
    }

    @Test
    void readOnly_provisionalSchemaThatTheWriterContradicts_isForgotten() throws IOException {
        RowSchema other = RowSchema.of(Column.of(ElementType.INT8, 5));
        TestRows rows = new TestRows(other, 1);
        try (FeatureCache reader = Caches.at(directory).readOnly(true).open()) {
            reader.put(KEYS, rows.batch(KEYS));
            assertThat(reader.schema()).contains(other);
            Store writer = Caches.separate(directory);
            Caches.put(writer, TestRows.range(0, 5));
            Caches.close(writer);
            assertThat(reader.refresh()).isOne();
            assertThat(reader.schema()).contains(Caches.ROWS.schema());
            assertThat(Caches.rightHits(reader, KEYS)).isEqualTo(5);
        }
    }

    @Test
    void caches_onOneGeneration_shareOneStoreUntilTheLastCloses() {
        FeatureCache first = Caches.at(directory).open();
        FeatureCache second = Caches.at(directory.resolve("x/..")).open();
        FeatureCache reader = Caches.at(directory).readOnly(true).open();
        Caches.put(first, KEYS);
        Caches.assertAllRight(second, KEYS);
        Caches.assertAllRight(reader, KEYS);
        assertThat(second.segments()).isEmpty();
        FlushReport report = first.closeAndReport();
        assertThat(report.persistedRows()).isEqualTo(20);
        assertThat(first.isClosed()).isTrue();
        assertThat(second.isClosed()).isFalse();
        Caches.assertAllRight(second, KEYS);
        assertThat(reader.put(KEYS, Caches.ROWS.batch(KEYS)).declined()).isEqualTo(20);
        second.close();
        Caches.assertAllRight(reader, KEYS);
        reader.close();
        Await.until("all threads have ended", () -> TestThreads.ofCache().isEmpty());
    }

    @Test
    void caches_ofOtherModulesAndFingerprints_shareNothing() {
        try (FeatureCache first = Caches.at(directory).fingerprint("v1").open();
                FeatureCache second = Caches.at(directory).fingerprint("v2").open();
                FeatureCache third = Caches.at(directory).open()) {
            Caches.putAndFlush(first, KEYS);
            assertThat(Caches.rightHits(second, KEYS)).isZero();
            assertThat(Caches.rightHits(third, KEYS)).isZero();
            assertThat(first.directory()).isNotEqualTo(second.directory());
            assertThat(first.directory()).hasParent(second.directory().getParent());
        }
    }

    @Test
    void close_twice_isTheSameAsOnce() {
        FeatureCache cache = Caches.at(directory).open();
        FeatureCache other = Caches.at(directory).open();
        Caches.put(cache, KEYS);
        assertThat(cache.closeAndReport().persistedRows()).isEqualTo(20);
        assertThat(cache.closeAndReport()).isEqualTo(Seams.NOTHING);
        cache.close();
        Caches.assertAllRight(other, KEYS);
        other.close();
    }

    @Test
    void everyCall_afterClose_isATypedException() {
        FeatureCache cache = Caches.at(directory).open();
        Caches.put(cache, KEYS);
        cache.close();
        List<ThrowingCallable> calls =
                List.of(
                        () -> cache.put(KEYS, Caches.ROWS.batch(KEYS)),
                        () -> Caches.rightHits(cache, KEYS),
                        () -> cache.contains(1),
                        () -> cache.contains("a"),
                        () -> cache.missing(KEYS),
                        cache::keys,
                        cache::rowCount,
                        cache::segments,
                        cache::flush,
                        cache::refresh,
                        cache::clear,
                        cache::reset,
                        cache::schema,
                        cache::keyType);
        assertThat(calls)
                .allSatisfy(
                        call ->
                                assertThatThrownBy(call)
                                        .isInstanceOf(CacheClosedException.class)
                                        .hasMessageContaining("digits"));
        assertThat(cache.stats().persistedRows()).isEqualTo(20);
        assertThat(cache.isClosed()).isTrue();
        assertThat(cache.moduleId()).isEqualTo("digits");
    }

    @Test
    void close_ofTheLast_leavesNoThread() {
        try (FeatureCache cache =
                Caches.at(directory).refreshInterval(Duration.ofMillis(1)).open()) {
            Caches.putAndFlush(cache, KEYS);
            assertThat(Caches.rightHits(cache, TestRows.range(0, 30))).isEqualTo(20);
            Await.until("both threads run", () -> TestThreads.ofCache().size() == 2);
        }
        assertThat(TestThreads.ofCache()).isEmpty();
    }

    @Test
    void open_whileTheLastCloses_seesAllRows() {
        for (int round = 0; round < 20; round++) {
            Keys keys = TestRows.range(10L * round, 10L * round + 10);
            FeatureCache closing = Caches.at(directory).open();
            Caches.put(closing, keys);
            TestThreads threads = new TestThreads();
            threads.add(closing::close);
            threads.add(
                    () -> {
                        try (FeatureCache next = Caches.at(directory).open()) {
                            Caches.rightHits(next, keys);
                        }
                    });
            threads.joinAll();
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 200));
        }
    }

    @Test
    void flush_reports_countSinceTheSameCachesLastReport() {
        try (FeatureCache first = Caches.at(directory).open();
                FeatureCache second = Caches.at(directory).open()) {
            FlushReport report = Caches.putAndFlush(first, KEYS);
            assertThat(report.persistedRows()).isEqualTo(20);
            assertThat(report.persistedBytes()).isEqualTo(first.segments().get(0).bytes());
            assertThat(first.flush().persistedRows()).isZero();
            assertThat(second.flush().persistedRows()).isEqualTo(20);
            assertThat(second.flush().persistedRows()).isZero();
        }
    }

    @Test
    void segments_tellFileRowsBytesWriterAndTime() throws IOException {
        Instant before = Instant.now().minusSeconds(1);
        try (FeatureCache cache = Caches.at(directory).segmentRows(8).open()) {
            Caches.putAndFlush(cache, KEYS);
            assertThat(cache.segments()).extracting(SegmentInfo::rows).containsExactly(8, 8, 4);
            for (SegmentInfo segment : cache.segments()) {
                assertThat(segment.bytes()).isEqualTo(Files.size(segment.file()));
                assertThat(segment.file().getFileName().toString()).startsWith(segment.writer());
                assertThat(segment.committedAt()).isBetween(before, Instant.now().plusSeconds(1));
            }
        }
    }

    @Test
    void directory_thatIsAFile_isATypedException() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> Caches.at(file).open())
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void memoryTier_ofAnotherRank_staysBehindTheFirstCopyOnDisk() {
        TestRows other = new TestRows(Caches.ROWS.schema(), 1234);
        try (FeatureCache writer = Caches.at(directory).open();
                FeatureCache reader = Caches.at(directory).readOnly(true).open()) {
            Caches.putAndFlush(writer, KEYS);
            reader.put(KEYS, other.batch(KEYS));
            Caches.assertAllRight(writer, KEYS);
            Caches.assertAllRight(reader, KEYS);
        }
    }

    @Test
    void put_thatRacedWithCloseAndLost_declinesItsRows() throws IOException {
        Store store = Caches.separate(directory);
        Caches.put(store, KEYS);
        Caches.close(store);
        assertThat(Caches.put(store, TestRows.range(20, 25))).isEqualTo(Seams.put(0, 0, 5));
        assertThat(store.pendingRows()).isZero();
    }

    @Test
    void contract_thatIsGone_isWrittenAgainByTheNextWriter() throws IOException {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.put(cache, KEYS);
        }
        Path contract = Caches.paths(directory).generation().resolve("contract.json");
        String text = Files.readString(contract);
        Files.delete(contract);
        Caches.at(directory).readOnly(true).open().close();
        assertThat(contract).doesNotExist();
        Caches.at(directory).open().close();
        assertThat(contract).hasContent(text);
    }
}
