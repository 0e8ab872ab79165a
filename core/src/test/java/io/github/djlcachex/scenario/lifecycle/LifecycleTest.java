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
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Opening, sharing, closing, clearing; and what each call refuses. */
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
        assertThat(TestFiles.below(directory, "")).isEmpty();
    }

    @Test
    void reset_ofRows_letsTheNextPutDecideOnTheColumns() {
        TestRows other = new TestRows(RowSchema.of(Column.of(ElementType.INT8, 5)), 1);
        Keys texts = Keys.of("a", "b");
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.put(cache, KEYS);
            cache.flush();
            Caches.put(cache, TestRows.range(30, 35));
            cache.putNote("name", "text");
            assertThatThrownBy(() -> cache.put(texts, other.batch(texts)))
                    .isInstanceOf(KeyTypeMismatchException.class)
                    .hasMessageContaining("reset()");
            cache.clear();
            assertThat(cache.schema()).as("after clear").isPresent();
            cache.reset();
            assertThat(cache.schema()).isEmpty();
            assertThat(cache.note("name")).isEmpty();
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.missing(KEYS)).hasSize(20);
            assertThat(cache.put(texts, other.batch(texts)).stored()).isEqualTo(2);
            cache.flush();
            assertThat(cache.segments()).hasSize(1);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.schema()).contains(other.schema());
            assertThat(cache.keyType()).contains(KeyType.UTF8);
            assertThat(cache.rowCount()).isEqualTo(2);
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    @Test
    void reset_whileAnotherProcessStores_leavesItsRowsAside() throws IOException {
        TestRows other = new TestRows(RowSchema.of(Column.of(ElementType.INT8, 5)), 1);
        Store elsewhere = Caches.separate(directory);
        Caches.put(elsewhere, KEYS);
        elsewhere.flush();
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.reset();
            cache.put(KEYS, other.batch(KEYS));
            cache.flush();
            Caches.put(elsewhere, TestRows.range(20, 25));
            Caches.close(elsewhere);
            cache.refresh();
            assertThat(cache.rowCount()).isEqualTo(20);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.schema()).contains(other.schema());
            assertThat(cache.missing(KEYS)).isEmpty();
            assertThat(cache.missing(TestRows.range(20, 25))).hasSize(5);
        }
    }

    @Test
    void reset_whileThreadsPutRowsOfTheOldColumns_keepsNoneOfThem() throws Exception {
        TestRows other = new TestRows(RowSchema.of(Column.of(ElementType.INT8, 5)), 1);
        try (FeatureCache cache = Caches.at(directory).open()) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong next = new AtomicLong();
            Thread putting =
                    new Thread(
                            () -> {
                                while (!stop.get()) {
                                    long from = next.getAndAdd(10);
                                    try {
                                        Caches.put(cache, TestRows.range(from, from + 10));
                                    } catch (SchemaMismatchException e) {
                                        stop.set(true); // the others' columns were first
                                    }
                                }
                            });
            putting.start();
            for (int i = 0; i < 20; i++) {
                cache.reset();
            }
            stop.set(true);
            putting.join();
            cache.reset();
            cache.put(KEYS, other.batch(KEYS));
            cache.flush();
            assertThat(cache.rowCount()).isEqualTo(20);
            assertThat(cache.schema()).contains(other.schema());
            assertThat(cache.verify().isIntact()).isTrue();
        }
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
    void clear_removesAllFilesAndKeepsTheContract() throws IOException {
        try (FeatureCache cache = Caches.at(directory).segmentRows(5).open()) {
            Store other = Caches.separate(directory);
            Caches.put(other, TestRows.range(50, 60));
            Caches.close(other);
            Caches.put(cache, KEYS);
            cache.clear();
            assertThat(TestFiles.below(directory, ".arrow")).isEmpty();
            assertThat(cache.refresh()).isZero();
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.keys().size()).isZero();
            assertThat(Caches.rightHits(cache, KEYS)).isZero();
            assertThat(cache.schema()).contains(Caches.ROWS.schema());
            assertThat(cache.keyType()).contains(KeyType.INT64);
            Caches.putAndFlush(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(20);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(20);
        }
    }

    @Test
    void clear_whenTheContractHadBeenTakenFromASegment_keepsColumnsAndKeyType() throws IOException {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, KEYS);
        }
        Files.delete(TestFiles.only(directory, "contract.json"));
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, KEYS);
            cache.clear();
            assertThat(cache.schema()).contains(Caches.ROWS.schema());
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.schema()).contains(Caches.ROWS.schema());
        }
    }

    @Test
    void keysOfTheOtherType_areRefusedEverywhere() {
        Keys strings = Keys.of("a", "b");
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, KEYS);
            RowBatch two = RowBatch.allocate(Caches.ROWS.schema(), 2);
            List<ThrowingCallable> calls =
                    List.of(
                            () -> cache.put(strings, two),
                            () -> cache.gather(strings, two),
                            () -> cache.contains("a"),
                            () -> cache.missing(strings));
            assertThat(calls)
                    .allSatisfy(
                            call ->
                                    assertThatThrownBy(call)
                                            .isInstanceOf(KeyTypeMismatchException.class)
                                            .hasMessageContaining("INT64")
                                            .hasMessageContaining("UTF8"));
        }
    }

    @Test
    void batches_ofAnotherSizeThanTheKeys_areRefused() {
        try (FeatureCache cache = Caches.at(directory).open()) {
            RowBatch nineteen = RowBatch.allocate(Caches.ROWS.schema(), 19);
            assertThatThrownBy(() -> cache.put(KEYS, nineteen))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("20")
                    .hasMessageContaining("19");
            assertThatThrownBy(() -> cache.gather(KEYS, nineteen))
                    .isInstanceOf(InvalidRowsException.class);
            assertThat(cache.schema()).isEmpty();
        }
    }

    @Test
    void gather_intoReadOnlyBuffers_isATypedException() {
        RowBatch batch = Caches.ROWS.batch(KEYS);
        RowBatch sealed =
                RowBatch.wrap(
                        Caches.ROWS.schema(),
                        20,
                        batch.buffer(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN),
                        batch.buffer(1).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.put(KEYS, sealed).stored()).as("reading them is fine").isEqualTo(20);
            assertThatThrownBy(() -> cache.gather(KEYS, sealed))
                    .isInstanceOf(InvalidRowsException.class);
        }
    }

    @Test
    void emptyBatches_areFine() {
        Keys none = TestRows.range(0, 0);
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(Caches.put(cache, none)).isEqualTo(Seams.put(0, 0, 0));
            Caches.putAndFlush(cache, KEYS);
            assertThat(Caches.put(cache, none)).isEqualTo(Seams.put(0, 0, 0));
            Caches.assertAllRight(cache, none);
            assertThat(cache.missing(none)).isEmpty();
        }
    }

    @Test
    void heapBuffersAndOffsets_areReadAndFilledAsTheDirectOnes() {
        RowSchema schema = RowSchema.of(Column.of(ElementType.INT32, 2));
        try (FeatureCache cache = Caches.at(directory).open()) {
            ByteBuffer source = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
            source.position(3).limit(3 + 16);
            for (int i = 0; i < 16; i++) {
                source.put(3 + i, (byte) (i + 1));
            }
            cache.put(Keys.of(1, 2), RowBatch.wrap(schema, 2, source));
            ByteBuffer target = ByteBuffer.allocate(50).order(ByteOrder.LITTLE_ENDIAN);
            target.position(7).limit(7 + 24);
            assertThat(cache.gather(Keys.of(2, 1, 2), RowBatch.wrap(schema, 3, target)).hits())
                    .isEqualTo(3);
            byte[] expected = new byte[24];
            for (int i = 0; i < 24; i++) {
                expected[i] = (byte) (i < 8 ? i + 9 : i - 7);
            }
            assertThat(target.slice(7, 24)).isEqualTo(ByteBuffer.wrap(expected));
            assertThat(source.position()).isEqualTo(3);
            assertThat(target.position()).isEqualTo(7);
        }
    }

    @Test
    void rowsLargerThanASegment_areStoredOneAFile() {
        TestRows rows = new TestRows(RowSchema.of(Column.of(ElementType.UINT8, 10_000)), 1);
        Keys keys = TestRows.range(0, 3);
        try (FeatureCache cache = Caches.at(directory).segmentBytes(4096).open()) {
            cache.put(keys, rows.batch(keys));
            assertThat(cache.flush().persistedRows()).isEqualTo(3);
            assertThat(cache.segments()).hasSize(3);
            RowBatch into = RowBatch.allocate(rows.schema(), 3);
            assertThat(cache.gather(keys, into).isComplete()).isTrue();
            assertThat(rows.isRight(keys, 2, into)).isTrue();
        }
    }

    @Test
    void rowsLargerThanAnyFile_areDeclinedAndCounted() {
        RowSchema huge = RowSchema.of(Column.of(ElementType.UINT8, 256 << 20));
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.put(Keys.of(1), RowBatch.allocate(huge, 1)))
                    .isEqualTo(Seams.put(0, 0, 1));
            assertThat(cache.stats().oversizedRows()).isOne();
            assertThat(cache.flush().persistedRows()).isZero();
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
