package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/**
 * Compactions of a store that has met a read failure. A compaction goes by all tombstones, so it
 * refuses while one may not have been applied everywhere; nobody searches the index meanwhile.
 */
class CompactionAfterOutageTest extends OutageScenario {

    private static final int FIRST_SEGMENT_HALF = SEGMENT_ROWS / 2;

    @Test
    void compact_fileOfRowsThatNobodyAsksForIsBack_succeeds() throws IOException {
        Keys keys = write(KeyType.UTF8);
        Files.delete(Caches.paths(directory).snapshot());
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
            Caches.assertAllRight(cache, keys);
            fail(READING, segmentOf(cache, keys.select(new int[] {ROWS - 1})));
            assertThat(Caches.rightHits(cache, keys)).isEqualTo(ROWS - SEGMENT_ROWS);
            removeElsewhere(ExpectedRows.keys(KeyType.UTF8, 0, FIRST_SEGMENT_HALF));
            cache.refresh();
            assertThatThrownBy(cache::compact)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("cannot be read now");
            storage.heal();
            awaitCompaction(cache);
            assertThat(Caches.rightHits(cache, keys)).isEqualTo(ROWS - FIRST_SEGMENT_HALF);
        }
    }

    @Test
    void compact_tombstoneMetADamagedIndexSnapshot_succeeds() throws IOException {
        Keys keys = write(KeyType.UTF8);
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
            TestFiles.overwrite(Caches.paths(directory).snapshot(), 0, new byte[4096]);
            removeElsewhere(keys);
            cache.refresh();
            awaitCompaction(cache);
            assertThat(Caches.rightHits(cache, keys)).isZero();
        }
    }

    /** The suffix of the name of the file that a row is in. */
    private static String segmentOf(FeatureCache cache, Keys key) {
        return cache.snapshot().select(key).parts().get(0).file().getFileName().toString();
    }

    private void removeElsewhere(Keys keys) throws IOException {
        Store other = Caches.separate(directory, Map.of(), new FileStorage());
        other.upkeep().remove(keys, false);
        Caches.close(other);
    }

    /** A file that could not be read rests for half a second before it is opened again. */
    private static void awaitCompaction(FeatureCache cache) {
        Await.until("the files are compacted", () -> compacts(cache));
    }

    private static boolean compacts(FeatureCache cache) {
        try {
            return cache.compact().filesRemoved() > 0;
        } catch (CacheIoException e) {
            return false;
        }
    }
}
