package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationFilter;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A store within the limits of its directory, at the policy STOP. */
class SpaceLimitTest {

    private static final int STEP = 10;

    @TempDir Path root;

    private final List<Store> open = new ArrayList<>();

    @AfterEach
    void closeStores() {
        open.forEach(Caches::close);
    }

    private Store store(Map<StoreOption, Object> options) throws IOException {
        Store store = Caches.separate(root, options);
        open.add(store);
        store.becomeWritable();
        return store;
    }

    private Store store() throws IOException {
        return store(Map.of(StoreOption.SEGMENT_BYTES, 8192L));
    }

    private void limit(long maxBytes) {
        CacheDirectory.of(root).setLimits(CacheLimits.builder().maxBytes(maxBytes).build());
    }

    private long bytes() {
        return CacheDirectory.of(root).usage().bytes();
    }

    /** Puts batches until one is declined; returns how many rows were accepted. */
    private static int fill(Store store, int from) {
        for (int key = from; key < from + 100_000; key += STEP) {
            PutResult result = Caches.put(store, TestRows.range(key, key + STEP));
            if (result.declined() > 0) {
                assertThat(result).isEqualTo(Seams.put(0, 0, STEP));
                return key - from;
            }
        }
        throw new AssertionError("nothing was declined");
    }

    @Test
    void put_inAFullDirectory_isDeclinedAndCounted_untilThereIsRoom() throws IOException {
        limit(100_000);
        Store store = store();
        int accepted = fill(store, 0);
        assertThat(accepted).isBetween(300, 1300);
        assertThat(store.flush()).isTrue();
        assertThat(store.stats().lostRows()).isZero();
        assertThat(store.stats().overLimitRows()).isEqualTo(STEP);
        assertThat(bytes()).isBetween(80_000L, 100_000L);
        Keys later = TestRows.range(accepted, accepted + STEP);
        Caches.assertAllRight(store, later); // from the memory tier
        assertThat(Caches.put(store, TestRows.range(0, STEP)))
                .isEqualTo(Seams.put(0, STEP, 0)); // they are stored
        limit(200_000);
        store.housekeeping().space().measureAgain();
        assertThat(Caches.put(store, later)).isEqualTo(Seams.put(STEP, 0, 0));
        assertThat(store.flush()).isTrue();
        Caches.assertAllRight(store, TestRows.range(0, accepted + STEP));
    }

    @Test
    void put_afterGenerationsWereRemoved_isAccepted() throws IOException {
        try (FeatureCache other = Caches.at(root).fingerprint("v1").open()) {
            Caches.putAndFlush(other, TestRows.range(0, 800));
        }
        limit(100_000);
        Store store = store();
        int accepted = fill(store, 0);
        CacheDirectory.of(root).removeGenerations(GenerationFilter.builder().keepLast(0).build());
        store.housekeeping().space().measureAgain();
        assertThat(fill(store, accepted)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {20_000, 50_000, 77_777, 123_456, 300_000})
    void acceptedRows_ofOneWriter_alwaysFit(long maxBytes) throws Exception {
        limit(maxBytes);
        Map<StoreOption, Object> options =
                Map.of(
                        StoreOption.SEGMENT_BYTES, 4096 + maxBytes % 7000,
                        StoreOption.INDEX_SNAPSHOT_ROWS, 100L,
                        StoreOption.MEMORY_TIER_BYTES, 0L);
        Store store = store(options);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> fills = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int from = i * 100_000;
                Callable<Integer> fill = () -> fill(store, from);
                fills.add(threads.submit(fill));
            }
            for (Future<Integer> fill : fills) {
                fill.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(store.flush()).isTrue();
        assertThat(store.stats().lostRows()).isZero();
        assertThat(bytes()).isGreaterThan(maxBytes / 3);
        Caches.close(open.remove(0)); // no snapshot is half written then
        long indexAtEnd = CacheDirectory.of(root).usage().indexBytes();
        assertThat(bytes()).isLessThanOrEqualTo(maxBytes + indexAtEnd);
    }

    @Test
    void acceptedRows_withTextKeys_alwaysFit() throws IOException {
        limit(60_000);
        Store store = store();
        int accepted = 0;
        boolean full = false;
        while (!full) {
            int from = accepted;
            Keys keys =
                    Keys.of(
                            IntStream.range(from, from + STEP)
                                    .mapToObj(i -> "a rather long name of sample " + i)
                                    .toArray(String[]::new));
            full = Caches.put(store, keys).declined() > 0;
            accepted += full ? 0 : STEP;
        }
        assertThat(store.flush()).isTrue();
        assertThat(store.stats().lostRows()).isZero();
        assertThat(accepted).isPositive();
        assertThat(bytes()).isLessThanOrEqualTo(60_000);
    }

    @Test
    void files_areLimitedToo() throws IOException {
        CacheDirectory.of(root).setLimits(CacheLimits.builder().maxFiles(12).build());
        Store store = store();
        for (int key = 0; key < 20 * STEP; key += STEP) {
            Caches.put(store, TestRows.range(key, key + STEP));
            assertThat(store.flush()).isTrue();
        }
        assertThat(store.stats().lostRows()).isZero();
        assertThat(store.stats().overLimitRows()).isPositive();
        assertThat(CacheDirectory.of(root).usage().files()).isEqualTo(12);
    }

    @Test
    void acceptedRows_thatAnotherWriterLeavesNoRoomFor_stayInMemoryAndAreReported()
            throws IOException {
        limit(100_000);
        Store store = store();
        FlushReporter reports = store.newReporter();
        Keys keys = TestRows.range(0, 50);
        assertThat(Caches.put(store, keys).stored()).isEqualTo(50);
        Path others = Files.write(root.resolve("others"), new byte[99_000]);
        store.flush();
        FlushCounts report = reports.report(store.pendingRows());
        assertThat(report.lostRows()).isEqualTo(50);
        assertThat(report.failures())
                .singleElement()
                .asString()
                .contains("at most 100000 bytes", "CacheDirectory.setLimits", root.toString());
        assertThat(TestFiles.below(root, ".arrow")).isEmpty();
        Caches.assertAllRight(store, keys);
        Files.delete(others);
        store.housekeeping().space().measureAgain();
        assertThat(store.flush()).isTrue();
        assertThat(reports.report(store.pendingRows()).persistedRows()).isEqualTo(50);
    }

    @Test
    void limits_thatAreSetWhileOpen_areObeyedFromTheNextSegmentOn() throws IOException {
        Store store = store();
        Caches.put(store, TestRows.range(0, STEP));
        assertThat(store.flush()).isTrue();
        limit(bytes() + 20_000);
        Caches.put(store, TestRows.range(STEP, 2 * STEP));
        assertThat(store.flush()).isTrue();
        fill(store, 1000);
        assertThat(store.flush()).isTrue();
        assertThat(store.stats().lostRows()).isZero();
    }

    @Test
    void limits_thatAreDamagedWhileOpen_stillHold() throws IOException {
        limit(60_000);
        Store store = store();
        Files.writeString(root.resolve("limits.json"), "{}");
        fill(store, 0);
        assertThat(store.flush()).isTrue();
        assertThat(bytes()).isLessThanOrEqualTo(60_000);
    }

    @Test
    void synchronousWrites_inAFullDirectory_neverThrow() throws IOException {
        limit(1);
        try (FeatureCache cache = Caches.at(root).writeMode(WriteMode.SYNCHRONOUS).open()) {
            assertThat(Caches.put(cache, TestRows.range(0, 5))).isEqualTo(Seams.put(0, 0, 5));
            Caches.assertAllRight(cache, TestRows.range(0, 5));
            assertThat(cache.stats().overLimitRows()).isEqualTo(5);
            assertThat(cache.flush().isComplete()).isTrue();
        }
    }
}
