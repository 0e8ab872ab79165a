package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentMetadata;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows that are older than the age of the option. */
class ExpiryTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Keys FRESH = TestRows.range(0, 50);
    private static final Keys OLD = TestRows.range(50, 100);

    @TempDir Path root;

    private final List<Store> open = new ArrayList<>();

    @AfterEach
    void closeStores() {
        open.forEach(Caches::close);
    }

    private Store store(Map<StoreOption, Object> more) throws IOException {
        Map<StoreOption, Object> options = new HashMap<>(more);
        options.put(StoreOption.EXPIRE_AFTER_WRITE_MS, DAY.toMillis());
        options.put(StoreOption.REFRESH_INTERVAL_MS, 0L);
        options.putIfAbsent(StoreOption.MEMORY_TIER_BYTES, 0L);
        Store store = Caches.separate(root, options);
        open.add(store);
        return store;
    }

    private Store store() throws IOException {
        return store(Map.of());
    }

    private void writeFresh() {
        try (FeatureCache cache = Caches.at(root).open()) {
            Caches.putAndFlush(cache, FRESH);
        }
    }

    /** Writes a segment as it was written so long ago. */
    private Path write(Keys keys, Duration age) throws IOException {
        Contract contract;
        try (FeatureCache cache = Caches.at(root).readOnly(true).open()) {
            Path first = cache.segments().get(0).file();
            SegmentName name =
                    SegmentName.parse(String.valueOf(first.getFileName()), SegmentName.COMMITTED)
                            .orElseThrow();
            contract = SegmentMetadata.readContract(new FileStorage(), first, name);
        }
        OpenSegment segment = new OpenSegment(contract, 1 << 20, 1000, 0);
        RowBatch rows = Caches.ROWS.batch(keys);
        RowCrc crc = new RowCrc(rows);
        for (int i = 0; i < keys.size(); i++) {
            segment.append(keys, rows, i, crc.of(keys, i, i));
        }
        return new SegmentWriter(new FileStorage(), Caches.paths(root).segments(), false)
                .commit(
                        segment,
                        new SegmentName(WriterId.draw(), 0),
                        System.currentTimeMillis() - age.toMillis())
                .path();
    }

    @Test
    void rows_thatAreOldAtTheOpen_areMissesAndTheirFilesGo() throws IOException {
        writeFresh();
        Path old = write(OLD, DAY.plusHours(1));
        Path younger = write(TestRows.range(100, 120), DAY.minusHours(1));
        Store store = store();
        assertThat(Caches.rightHits(store, OLD)).isZero();
        assertThat(Caches.rightHits(store, FRESH)).isEqualTo(50);
        assertThat(Caches.rightHits(store, TestRows.range(100, 120))).isEqualTo(20);
        store.refresh();
        assertThat(old).as("a store that only reads deletes nothing").exists();
        assertThat(Caches.rightHits(store, OLD)).isZero();
        assertThat(store.stats().segments()).isEqualTo(2);
        store.becomeWritable();
        Await.until("the deletion of an expired file", () -> !Files.exists(old));
        assertThat(younger).exists();
        assertThat(Caches.put(store, OLD).stored()).isEqualTo(50);
        assertThat(store.flush()).isTrue();
        Caches.assertAllRight(store, OLD);
    }

    @Test
    void rows_thatAreOld_areInNoSnapshot() throws IOException {
        writeFresh();
        write(OLD, DAY.plusHours(1));
        List<SnapshotFile> files = store().snapshot().files();
        assertThat(files).hasSize(1);
        assertThat(files.get(0).rows()).isEqualTo(50);
    }

    @Test
    void rows_thatBecomeOldWhileOpen_goAtTheNextRefresh() throws IOException {
        writeFresh();
        Store store = store();
        store.becomeWritable();
        long nowMs = System.currentTimeMillis();
        store.housekeeping().expiry().clock(() -> nowMs + DAY.toMillis() - 60_000);
        store.refresh();
        Caches.assertAllRight(store, FRESH);
        store.housekeeping().expiry().clock(() -> nowMs + DAY.toMillis() + 60_000);
        Caches.put(store, OLD);
        assertThat(store.flush()).isTrue();
        store.refresh();
        assertThat(Caches.rightHits(store, FRESH)).isZero();
        assertThat(TestFiles.below(root, ".arrow")).isEmpty(); // both, by this clock
    }

    @Test
    void rows_ofTheFutureAndOfNoTime_stay() throws IOException {
        writeFresh();
        Path future = write(OLD, Duration.ofDays(-4000));
        Store store = store();
        store.becomeWritable();
        store.refresh();
        Caches.assertAllRight(store, OLD);
        assertThat(future).exists();
    }

    @Test
    void rows_thatASnapshotCovers_expireToo() throws IOException {
        writeFresh();
        Path old = write(OLD, DAY.plusHours(1));
        write(TestRows.range(90, 130), Duration.ZERO); // has some of the keys
        try (FeatureCache cache = Caches.at(root).indexSnapshotRows(1).open()) {
            Caches.putAndFlush(cache, TestRows.range(200, 210));
        }
        assertThat(Caches.paths(root).snapshot()).exists();
        for (int i = 0; i < 2; i++) {
            Store store = store();
            store.becomeWritable();
            Await.until("the deletion of an expired file", () -> !Files.exists(old));
            assertThat(Caches.rightHits(store, TestRows.range(50, 90))).isZero();
            Caches.assertAllRight(store, TestRows.range(90, 130));
            Caches.assertAllRight(store, FRESH);
        }
    }

    @Test
    void rows_thatTheMemoryTierHas_expireToo() throws IOException {
        writeFresh();
        Store store =
                store(
                        Map.of(
                                StoreOption.READ_MODE,
                                ReadMode.POSITIONAL,
                                StoreOption.MEMORY_TIER_BYTES,
                                1L << 20));
        Caches.assertAllRight(store, FRESH);
        Caches.assertAllRight(store, FRESH);
        assertThat(store.stats().memoryHits()).isPositive();
        long nowMs = System.currentTimeMillis();
        store.housekeeping().expiry().clock(() -> nowMs + 2 * DAY.toMillis());
        store.refresh();
        assertThat(Caches.rightHits(store, FRESH)).isZero();
    }

    @Test
    void ages_outOfTheLimits_areRefused() {
        for (Duration age :
                List.of(
                        Duration.ofMinutes(59),
                        Duration.ZERO,
                        Duration.ofDays(-2),
                        Duration.ofDays(3651))) {
            assertThatThrownBy(() -> Caches.at(root).expireAfterWrite(age))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("expireAfterWrite");
        }
        assertThatThrownBy(
                        () -> Caches.at(root).expireAfterWrite(DAY).expireAfterWrite(DAY.plus(DAY)))
                .isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void option_ofTheBuilder_isThatOfTheStore() throws IOException {
        writeFresh();
        write(OLD, DAY.plusHours(1));
        try (FeatureCache cache = Caches.at(root).expireAfterWrite(DAY).readOnly(true).open()) {
            assertThat(Caches.rightHits(cache, OLD)).isZero();
            Caches.assertAllRight(cache, FRESH);
        }
    }
}
