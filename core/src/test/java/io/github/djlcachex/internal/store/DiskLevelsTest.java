package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What a cache tells of its size on disk. */
class DiskLevelsTest {

    @TempDir Path root;

    @Test
    void levels_areThoseOfAllFiles_andGrowWithWhatIsCommitted() throws IOException {
        try (FeatureCache cache = Caches.at(root).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 100));
            CacheStats stats = cache.stats();
            assertThat(stats.diskBytes()).isEqualTo(cache.diskBytes()).isPositive();
            assertThat(stats.diskFiles()).isEqualTo(4); // contract, marks and a segment
            Caches.putAndFlush(cache, TestRows.range(100, 200));
            assertThat(cache.stats().diskBytes()).isEqualTo(cache.diskBytes());
            assertThat(cache.stats().diskFiles()).isEqualTo(5);
        }
    }

    @Test
    void unindexedRows_areThoseOutsideTheSnapshot() throws IOException {
        try (FeatureCache cache = Caches.at(root).indexSnapshotRows(50).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 60));
        }
        try (FeatureCache cache = Caches.at(root).indexSnapshotRows(1000).open()) {
            assertThat(cache.stats().unindexedRows()).isZero();
            Caches.putAndFlush(cache, TestRows.range(60, 70));
            assertThat(cache.stats().unindexedRows()).isEqualTo(10);
        }
    }

    @Test
    void garbage_isTheShareOfRowsThatNoKeyLeadsTo() throws IOException {
        Store first = Caches.separate(root, Map.of(StoreOption.REFRESH_INTERVAL_MS, 0L));
        Store second = Caches.separate(root, Map.of(StoreOption.REFRESH_INTERVAL_MS, 0L));
        try {
            Caches.put(first, TestRows.range(0, 100));
            assertThat(first.flush()).isTrue();
            assertThat(first.stats().garbagePercent()).isZero();
            Caches.put(second, TestRows.range(0, 60));
            assertThat(second.flush()).isTrue();
            first.refresh();
            Caches.put(first, TestRows.range(200, 300)); // that wait
            assertThat(first.stats().garbagePercent()).isEqualTo(37.5);
        } finally {
            Caches.close(first);
            Caches.close(second);
        }
    }
}
