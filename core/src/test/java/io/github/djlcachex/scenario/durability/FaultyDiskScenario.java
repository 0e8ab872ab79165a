package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** FaultyDiskScenario is a cache on a storage whose writes can fail or hang. */
abstract class FaultyDiskScenario {

    static final Keys FIRST = TestRows.range(0, 10);
    static final Keys SECOND = TestRows.range(10, 30);

    @TempDir Path directory;

    final FaultyStorage storage = new FaultyStorage();

    FeatureCacheBuilder builder() {
        return Caches.at(directory, storage);
    }

    void assertOnDisk(Keys keys) {
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.stats().skippedSegments()).isZero();
            Caches.assertAllRight(cache, keys);
        }
    }
}
