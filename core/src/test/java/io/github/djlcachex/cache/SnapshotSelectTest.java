package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StaleSnapshotException;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The rows of some keys of a snapshot. */
class SnapshotSelectTest {

    private static final Keys KEYS = TestRows.range(0, 100);

    @TempDir Path directory;

    private FeatureCache open() {
        return Caches.at(directory).maintenance(MaintenanceMode.MANUAL).segmentRows(40).open();
    }

    @Test
    void select_missingAndRepeatedKeys_areLeftOutAndThereOnce() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot some = cache.snapshot().select(Keys.of(7, 1000, 95, 7, -1, 8));
            assertThat(some.rows()).isEqualTo(3);
            assertThat(some.parts()).hasSize(2);
            SnapshotRows.of(some).assertEqual(cache, Keys.of(7, 8, 95));
            assertThat(some.select(Keys.of(95, 20)).rows()).as("of what is left").isOne();
            assertThat(cache.snapshot().select(Keys.of(new long[0])).parts()).isEmpty();
            assertThat(cache.snapshot().select(KEYS).rows()).isEqualTo(100);
        }
    }

    @Test
    void select_stringKeys_findsTheirRows() {
        Keys keys = Keys.of("a", "b", "c");
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, keys);
            SnapshotRows.of(cache.snapshot().select(Keys.of("c", "x", "a")))
                    .assertEqual(cache, Keys.of("a", "c"));
            assertThatThrownBy(() -> cache.snapshot().select(Keys.of(1)))
                    .isInstanceOf(KeyTypeMismatchException.class);
        }
    }

    /** By the index alone: what no key leads to is not opened. */
    @Test
    void select_readsNoFile() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot snapshot = cache.snapshot();
            TestFiles.truncate(snapshot.parts().get(0).file(), 10);
            TestFiles.truncate(snapshot.parts().get(1).file(), 10);
            SnapshotRows.of(snapshot.select(Keys.of(99, 5000))).assertEqual(cache, Keys.of(99));
        }
    }

    @Test
    void select_rowsOfTwoWriters_areThereOnce() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.put(cache, KEYS);
            Store other = Caches.separate(directory);
            Caches.put(other, KEYS);
            cache.flush();
            Caches.close(other);
            CacheSnapshot snapshot = cache.snapshot();
            assertThat(snapshot.select(KEYS).rows()).isEqualTo(100);
            SnapshotRows.of(snapshot.select(Keys.of(3, 99))).assertEqual(cache, Keys.of(3, 99));
        }
    }

    @Test
    void select_keysThatWereStoredLater_areNotThere() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot snapshot = cache.snapshot();
            Caches.put(cache, TestRows.range(100, 110));
            assertThat(snapshot.select(Keys.of(99, 105)).rows()).isOne();
            cache.flush();
            cache.refresh();
            assertThat(snapshot.select(Keys.of(99, 105)).rows()).isOne();
        }
    }

    /** The index leads to the new rows, and the snapshot has the ones before. */
    @Test
    void select_keysThatWereReplacedSince_areTheRowsOfTheSnapshot() {
        TestRows changed = new TestRows(Caches.ROWS.schema(), 99);
        Keys some = Keys.of(5, 50);
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot snapshot = cache.snapshot();
            cache.replace(some, changed.batch(some));
            cache.flush();
            SnapshotRows rows = SnapshotRows.of(snapshot.select(Keys.of(5, 50, 51)));
            assertThat(rows.keys()).containsExactly(5L, 50L, 51L);
            rows.assertRight(Caches.ROWS);
            SnapshotRows.of(cache.snapshot().select(some)).assertRight(changed);
        }
    }

    /** The index leads nowhere, and the snapshot had the row. */
    @Test
    void select_keysWhoseFileVanished_isStale() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot snapshot = cache.snapshot();
            Files.delete(snapshot.parts().get(0).file());
            cache.refresh();
            assertThat(cache.missing(Keys.of(7))).hasSize(1);
            assertThatThrownBy(() -> snapshot.select(Keys.of(7)))
                    .isInstanceOf(StaleSnapshotException.class);
        }
    }

    /** Never a row less without a word: the rows are in a file that the snapshot does not have. */
    @Test
    void select_afterACompaction_isStale() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot snapshot = cache.snapshot();
            Path saved = directory.resolve("saved");
            TestFiles.copyAll(snapshot.parts().get(0).file().getParent(), saved);
            assertThat(cache.compact().filesRemoved()).isEqualTo(3);
            assertThatThrownBy(() -> snapshot.select(Keys.of(7)))
                    .isInstanceOf(StaleSnapshotException.class);
            for (SnapshotPart part : snapshot.parts()) { // as where another host keeps them
                Files.copy(saved.resolve(part.file().getFileName()), part.file());
            }
            assertThat(SnapshotRows.of(snapshot.select(Keys.of(7, 1000))).keys())
                    .containsExactly(7L);
        }
    }
}
