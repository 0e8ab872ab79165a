package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.RepairReport;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** The index snapshot: written, used, replaced, and never believed without proof. */
class IndexSnapshotTest {

    static final int ROWS = 1000;
    static final Keys KEYS = TestRows.range(0, ROWS);
    static final Map<StoreOption, Object> OPTIONS =
            Map.of(
                    StoreOption.MAINTENANCE,
                    MaintenanceMode.MANUAL,
                    StoreOption.INDEX_SNAPSHOT_ROWS,
                    (long) ROWS,
                    StoreOption.SEGMENT_ROWS,
                    50L,
                    StoreOption.REFRESH_INTERVAL_MS,
                    0L);

    @TempDir Path directory;

    private FeatureCacheBuilder builder() {
        return Caches.at(directory)
                .maintenance(MaintenanceMode.MANUAL)
                .indexSnapshotRows(ROWS)
                .segmentRows(50)
                .refreshInterval(Duration.ZERO);
    }

    private Path snapshot() {
        return Caches.paths(directory).snapshot();
    }

    private void write() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, KEYS);
        }
        assertThat(snapshot()).isRegularFile();
    }

    private long opened(FaultyStorage storage) {
        return storage.filesOf(Op.OPEN).stream().filter(name -> name.endsWith(".arrow")).count();
    }

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "INT64, POSITIONAL", "UTF8, MAPPED", "UTF8, POSITIONAL"})
    void open_withASnapshot_opensSegmentsWhenTheyAreRead(KeyType type, ReadMode mode) {
        TestRows rows = Caches.ROWS;
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        try (FeatureCache cache = builder().readMode(mode).open()) {
            cache.put(keys, rows.batch(keys));
        }
        assertThat(snapshot()).isRegularFile();
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Seams.storage(builder(), storage).readMode(mode).open()) {
            assertThat(cache.rowCount()).isEqualTo(ROWS);
            assertThat(opened(storage)).isZero();
            Keys one = keys.select(new int[] {77});
            Caches.assertAllRight(cache, one);
            assertThat(opened(storage)).isOne();
            Caches.assertAllRight(cache, keys);
            assertThat(opened(storage)).isEqualTo(ROWS / 50);
            assertThat(cache.put(keys, rows.batch(keys))).isEqualTo(Seams.put(0, ROWS, 0));
            Keys absent = ExpectedRows.keys(type, ROWS, ROWS + 300);
            assertThat(cache.missing(absent)).hasSize(300);
            assertThat(cache.put(absent, rows.batch(absent)).stored()).isEqualTo(300);
            Caches.assertAllRight(cache, absent);
            assertThat(cache.rowCount()).isEqualTo(ROWS + 300);
            assertThat(cache.keys().size()).isEqualTo(ROWS + 300);
            assertThat(cache.segments()).hasSizeGreaterThanOrEqualTo(ROWS / 50);
        }
        try (FeatureCache cache = builder().readMode(mode).open()) {
            assertThat(cache.rowCount()).isEqualTo(ROWS + 300);
            Caches.assertAllRight(cache, ExpectedRows.keys(type, 0, ROWS + 300));
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }

    @Test
    void write_inTheBackground_takesTheIndexOffTheHeap() throws IOException {
        Store store = Caches.separate(directory, OPTIONS);
        store.becomeWritable();
        Caches.put(store, KEYS);
        assertThat(store.flush(60_000)).isTrue();
        Await.until("the snapshot is taken", () -> heapEntries(store) < ROWS / 4);
        Caches.assertAllRight(store, KEYS);
        assertThat(store.rowCount()).isEqualTo(ROWS);
        assertThat(Caches.put(store, KEYS)).isEqualTo(Seams.put(0, ROWS, 0));
        store.close();
        assertThat(snapshot()).isRegularFile();
        assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
    }

    static long heapEntries(Store store) {
        return Objects.requireNonNull(store.state()).index().size();
    }

    @Test
    void write_switchedOffOrReadOnly_isNotDone() throws IOException {
        try (FeatureCache cache =
                Caches.at(directory)
                        .maintenance(MaintenanceMode.MANUAL)
                        .indexSnapshotRows(0)
                        .open()) {
            Caches.putAndFlush(cache, KEYS);
        }
        try (FeatureCache cache = builder().readOnly(true).open()) {
            Caches.assertAllRight(cache, KEYS);
        }
        assertThat(snapshot()).doesNotExist();
    }

    @Test
    void open_coveredSegmentIsGone_itsRowsAreMissesAndNoOthers() throws IOException {
        write();
        Files.delete(TestFiles.below(directory, ".arrow").get(3));
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.rowCount()).isEqualTo(ROWS - 50);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(ROWS - 50);
            assertThat(Caches.put(cache, KEYS)).isEqualTo(Seams.put(50, ROWS - 50, 0));
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(ROWS);
        }
    }

    @Test
    void open_goneSegmentHidCopies_theyAreFound() throws IOException {
        Store first = Caches.separate(directory, OPTIONS);
        Store second = Caches.separate(directory, OPTIONS);
        Caches.put(first, KEYS);
        Caches.put(second, KEYS);
        first.close();
        second.close();
        builder().open().close(); // covers both
        assertThat(snapshot()).isRegularFile();
        for (Path segment : TestFiles.below(directory, ".arrow").subList(0, 20)) {
            Files.delete(segment);
        }
        try (FeatureCache cache = builder().readOnly(true).open()) {
            assertThat(cache.segments()).hasSize(20);
            Caches.assertAllRight(cache, KEYS);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void gather_coveredSegmentIsAnother_givesMissesThatCanBePutAgain(ReadMode mode)
            throws IOException {
        write();
        Path segment = TestFiles.below(directory, ".arrow").get(3);
        Path other = TestFiles.below(directory, ".arrow").get(5);
        Files.copy(other, segment, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (FeatureCache cache = builder().readMode(mode).memoryTierBytes(0).open()) {
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(ROWS - 50);
            assertThat(Caches.put(cache, KEYS).stored()).isEqualTo(50);
            Caches.assertAllRight(cache, KEYS);
        }
    }

    /** Opened whole, and spoiled before any block of it was read. */
    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void gather_snapshotDamagedSinceTheOpen_readsTheSegmentsInstead(ReadMode mode)
            throws IOException {
        write();
        try (FeatureCache cache = builder().readMode(mode).readOnly(true).open()) {
            try (FileChannel channel = FileChannel.open(snapshot(), StandardOpenOption.WRITE)) {
                for (int offset = 100; offset < 7 * 4096; offset += 4096) {
                    channel.write(java.nio.ByteBuffer.wrap(new byte[64]), offset);
                }
            }
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(ROWS);
            assertThat(cache.missing(KEYS).length).isZero();
        }
    }

    /** After its first touch what is truncated reads as zeros, or raises an error later. */
    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void gather_snapshotTruncatedAfterItWasRead_readsTheSegmentsInstead(ReadMode mode)
            throws IOException {
        write();
        try (FeatureCache cache = builder().readMode(mode).readOnly(true).open()) {
            Caches.assertAllRight(cache, KEYS);
            try (FileChannel channel = FileChannel.open(snapshot(), StandardOpenOption.WRITE)) {
                channel.truncate(4096 + 100);
            }
            Caches.assertAllRight(cache, KEYS);
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.rowCount()).isEqualTo(ROWS);
        }
    }

    @Test
    void keys_snapshotIsDamaged_areAllListed() throws IOException {
        write();
        TestFiles.overwrite(snapshot(), 4090, new byte[] {1, 2, 3});
        try (FeatureCache cache = builder().readOnly(true).open()) {
            assertThat(cache.missing(KEYS).length).isZero();
            assertThat(cache.keys().size()).isEqualTo(ROWS);
        }
    }

    @Test
    void clear_removesTheSnapshot() {
        write();
        try (FeatureCache cache = builder().open()) {
            Caches.assertAllRight(cache, KEYS);
            cache.clear();
            assertThat(snapshot()).doesNotExist();
            assertThat(cache.rowCount()).isZero();
            assertThat(Caches.rightHits(cache, KEYS)).isZero();
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            Caches.assertAllRight(cache, TestRows.range(0, 10));
        }
        try (FeatureCache cache = builder().open()) {
            assertThat(cache.rowCount()).isEqualTo(10);
        }
    }

    @Test
    void repair_coveredSegmentWithADamagedRow_keepsTheOthers() throws IOException {
        write();
        Path segment = TestFiles.below(directory, ".arrow").get(0);
        long key = firstKeyOf(segment);
        Caches.spoilRow(segment, key);
        try (FeatureCache cache = builder().open()) {
            RepairReport report = cache.repair();
            assertThat(report.savedRows()).isEqualTo(49);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(ROWS - 1);
            assertThat(cache.rowCount()).isEqualTo(ROWS - 1);
        }
        try (FeatureCache cache = builder().open()) {
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(ROWS - 1);
            Caches.putAndFlush(cache, Keys.of(key));
            Caches.assertAllRight(cache, KEYS);
        }
    }

    private static long firstKeyOf(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        for (long key = 0; key < ROWS; key++) {
            byte[] row = new byte[64];
            RowBatch batch = Caches.ROWS.batch(Keys.of(key));
            batch.buffer(0).get(0, row);
            if (TestFiles.indexOf(bytes, row) > 0) {
                return key;
            }
        }
        throw new AssertionError(segment + " has none of the rows");
    }

    @Test
    void write_replacedByAnotherProcessAtOnce_isNotTaken() throws IOException {
        write();
        byte[] others = snapshotInAnotherOrder();
        Files.delete(snapshot());

        FaultyStorage storage = new FaultyStorage();
        CountDownLatch replaced = new CountDownLatch(1);
        storage.rule(
                (op, file) -> {
                    if (op == Op.FORCE_DIRECTORY && file.endsWith("index")) {
                        Files.write(snapshot(), others);
                        replaced.countDown();
                    }
                });
        Store store = Caches.separate(directory, OPTIONS, storage);
        store.becomeWritable();
        Await.until("the snapshot is replaced", () -> replaced.getCount() == 0);
        for (int round = 0; round < 50; round++) {
            Caches.assertAllRight(store, KEYS);
        }
        assertThat(store.rowCount()).isEqualTo(ROWS);
        assertThat(heapEntries(store)).isEqualTo(ROWS);
        store.close();
    }

    /** One of the same segments, by a process that found the second half of them first. */
    private byte[] snapshotInAnotherOrder() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        TestFiles.copyAll(directory, elsewhere);
        Files.delete(Caches.paths(elsewhere).snapshot());
        for (Path segment : TestFiles.below(elsewhere, ".arrow").subList(0, 10)) {
            Files.delete(segment);
        }
        Caches.at(elsewhere)
                .maintenance(MaintenanceMode.MANUAL)
                .indexSnapshotRows(1)
                .open()
                .close();
        Path segments = Caches.paths(directory).segments();
        for (Path segment : TestFiles.below(segments, ".arrow").subList(0, 10)) {
            Path copy = Caches.paths(elsewhere).segments().resolve(segments.relativize(segment));
            Files.copy(segment, copy);
        }
        Caches.at(elsewhere)
                .maintenance(MaintenanceMode.MANUAL)
                .indexSnapshotRows(1)
                .open()
                .close();
        byte[] written = Files.readAllBytes(Caches.paths(elsewhere).snapshot());
        TestFiles.deleteAll(elsewhere);
        assertThat(written).hasSameSizeAs(Files.readAllBytes(snapshot()));
        return written;
    }

    /** The keys of a covered segment are not proven when it is opened. */
    @Test
    void gather_withAnyKeyBoundaryOfACoveredSegment_givesMissesAtMost() throws IOException {
        Keys keys = Keys.of("alpha", "beta", "gamma");
        try (FeatureCache cache =
                Caches.at(directory)
                        .maintenance(MaintenanceMode.MANUAL)
                        .indexSnapshotRows(1)
                        .open()) {
            cache.put(keys, Caches.ROWS.batch(keys));
        }
        Path segment = TestFiles.only(directory, ".arrow");
        byte[] intact = Files.readAllBytes(segment);
        byte[] boundaries =
                ByteBuffer.allocate(4 * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0)
                        .putInt(5)
                        .putInt(9)
                        .putInt(14)
                        .array();
        int at = TestFiles.indexOf(intact, boundaries);
        int[] values = {0x7FFF_FFFF, 0x7FFF_FFFD, 0x8000_0001, -1, 0, 13, 14, 15};
        for (int from : values) {
            for (int to : values) {
                ByteBuffer harmed = ByteBuffer.wrap(intact.clone()).order(ByteOrder.LITTLE_ENDIAN);
                harmed.putInt(at + Integer.BYTES, from).putInt(at + 2 * Integer.BYTES, to);
                Files.write(segment, harmed.array());
                try (FeatureCache cache =
                        Caches.at(directory)
                                .maintenance(MaintenanceMode.MANUAL)
                                .readOnly(true)
                                .open()) {
                    RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 3);
                    cache.gather(keys, into); // opens the segment
                    GatherResult result = cache.gather(keys, into);
                    assertThat(result.missing()).contains(1);
                    for (int i = 0; i < 3; i++) {
                        if (Arrays.binarySearch(result.missing(), i) < 0) {
                            assertThat(Caches.ROWS.isRight(keys, i, into)).isTrue();
                        }
                    }
                }
            }
        }
    }
}
