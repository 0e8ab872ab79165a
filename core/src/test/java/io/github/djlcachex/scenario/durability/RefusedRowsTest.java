package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Rows that a disk refuses stay in memory, and are stored once it takes rows again. */
@Tag("variable-rows")
class RefusedRowsTest {

    private static final Keys FIRST = TestRows.range(0, 10);
    private static final Keys SECOND = TestRows.range(10, 610);

    @TempDir Path directory;

    private final FaultyStorage storage = new FaultyStorage();

    private FeatureCacheBuilder builder() {
        return Caches.at(directory, storage).segmentRows(50);
    }

    private void fillDisk() {
        storage.rule(
                (op, file) -> {
                    if (op == Op.WRITE) {
                        throw new IOException("No space left on device");
                    }
                });
    }

    private int rowsOnDisk(Keys keys) {
        try (FeatureCache cache = Caches.at(directory).open()) {
            return Caches.rightHits(cache, keys);
        }
    }

    @Test
    void put_onAFullDisk_keepsTheRowsInMemory() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            fillDisk();
            Caches.put(cache, SECOND);
            FlushReport report = cache.flush();
            assertThat(report.lostRows()).isEqualTo(600);
            assertThat(report.isComplete()).isFalse();
            assertThat(cache.flush().isComplete()).as("they are not on disk yet").isFalse();
            assertThat(cache.rowCount()).as("rows that are stored").isEqualTo(10);
            assertThat(cache.missing(SECOND)).isEmpty();
            Caches.assertAllRight(cache, SECOND);
            assertThat(cache.stats().memoryHits()).isEqualTo(600);
        }
        assertThat(rowsOnDisk(SECOND)).isZero();
    }

    @Test
    void put_onAFullDiskWithTextsAsKeys_keepsTheRowsInMemory() {
        Keys texts = Keys.of("a", "b", "\u00e9");
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, Keys.of("first"));
            fillDisk();
            Caches.put(cache, texts);
            assertThat(cache.flush().lostRows()).isEqualTo(3);
            Caches.assertAllRight(cache, texts);
            assertThat(cache.stats().memoryHits()).isEqualTo(3);
        }
    }

    @Test
    void put_onAFullDisk_keepsNoMoreThanTheMemoryTierHolds() {
        try (FeatureCache cache = builder().memoryTierBytes(100 * 168).open()) {
            Caches.putAndFlush(cache, FIRST);
            fillDisk();
            Caches.put(cache, SECOND);
            cache.flush();
            assertThat(Caches.rightHits(cache, SECOND)).isBetween(1, 100);
        }
        try (FeatureCache cache = builder().memoryTierBytes(0).open()) {
            Caches.put(cache, SECOND);
            cache.flush();
            assertThat(Caches.rightHits(cache, SECOND)).isZero();
        }
    }

    @Test
    void put_onceTheDiskTakesRowsAgain_storesThoseThatItRefused() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            fillDisk();
            Caches.put(cache, SECOND);
            assertThat(cache.flush().lostRows()).isEqualTo(600);
            storage.heal();
            Caches.putAndFlush(cache, Keys.of(-1));
            Await.until("the refused rows were put", () -> cache.rowCount() == 611);
            FlushReport report = cache.flush();
            assertThat(report.isComplete()).isTrue();
            Caches.assertAllRight(cache, SECOND);
            assertThat(cache.stats().persistedRows()).isEqualTo(611);
        }
        assertThat(rowsOnDisk(SECOND)).isEqualTo(600);
    }

    @Test
    void flush_onceTheDiskTakesRowsAgain_storesThoseThatItRefused() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            fillDisk();
            Caches.put(cache, SECOND);
            assertThat(cache.flush().lostRows()).isEqualTo(600);
            storage.heal();
            FlushReport report = cache.flush();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.persistedRows()).isEqualTo(600);
            assertThat(cache.flush().persistedRows()).as("once").isZero();
        }
        assertThat(rowsOnDisk(SECOND)).isEqualTo(600);
    }

    @Test
    void close_onceTheDiskTakesRowsAgain_storesThoseThatItRefused() {
        FeatureCache cache = builder().open();
        Caches.putAndFlush(cache, FIRST);
        fillDisk();
        Caches.put(cache, SECOND);
        cache.flush();
        storage.heal();
        FlushReport report = cache.closeAndReport();
        assertThat(report.isComplete()).isTrue();
        assertThat(report.persistedRows()).isEqualTo(600);
        assertThat(rowsOnDisk(SECOND)).isEqualTo(600);
    }

    /** The rows of a lost segment change their place while they are read. */
    @Test
    void gather_whileTheDiskRefusesRows_findsEachRowThatWasPut() {
        try (FeatureCache cache = Caches.at(directory, storage).segmentRows(1).open()) {
            Caches.putAndFlush(cache, FIRST);
            fillDisk();
            AtomicBoolean done = new AtomicBoolean();
            TestThreads threads = new TestThreads();
            threads.add(
                    () -> {
                        for (long key = 10; key < 610; key++) {
                            Caches.put(cache, Keys.of(key));
                            Caches.assertAllRight(cache, Keys.of(key));
                        }
                        cache.flush();
                        done.set(true);
                    });
            threads.add(
                    () -> {
                        int before = 0;
                        while (!done.get()) {
                            RowBatch into = Caches.ROWS.room(cache, SECOND);
                            int found = 600 - cache.gather(SECOND, into).missing().length;
                            assertThat(found).isGreaterThanOrEqualTo(before);
                            before = found;
                        }
                    });
            threads.joinAll();
            Caches.assertAllRight(cache, SECOND);
        }
    }

    @Test
    void clear_afterRowsWereRefused_forgetsThem() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            fillDisk();
            Caches.put(cache, SECOND);
            cache.flush();
            storage.heal();
            cache.clear();
            assertThat(Caches.rightHits(cache, SECOND)).isZero();
            Caches.putAndFlush(cache, FIRST);
            assertThat(cache.rowCount()).isEqualTo(10);
        }
        assertThat(rowsOnDisk(SECOND)).isZero();
    }
}
