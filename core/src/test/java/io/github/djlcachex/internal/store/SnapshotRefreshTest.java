package io.github.djlcachex.internal.store;

import static io.github.djlcachex.internal.store.IndexSnapshotTest.KEYS;
import static io.github.djlcachex.internal.store.IndexSnapshotTest.OPTIONS;
import static io.github.djlcachex.internal.store.IndexSnapshotTest.ROWS;
import static io.github.djlcachex.internal.store.IndexSnapshotTest.heapEntries;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.LeakCheck;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** What a refresh does with an index snapshot that appeared. */
class SnapshotRefreshTest {

    @TempDir Path directory;

    private Path snapshot() {
        return Caches.paths(directory).snapshot();
    }

    /** The directory was new at the open, so that no snapshot was looked for then. */
    @Test
    void refresh_onceTheStoreHasWrittenASnapshot_countsEachRowOnce() throws IOException {
        Store store = Caches.separate(directory, OPTIONS);
        store.becomeWritable();
        Caches.put(store, KEYS);
        assertThat(store.flush(60_000)).isTrue();
        Caches.assertAllRight(store, KEYS); // opens descriptors
        Await.until("the snapshot is taken", () -> heapEntries(store) < ROWS / 4);
        assertThat(store.catalog().refresh()).isZero();
        assertThat(store.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(store, KEYS);
        store.close();
        assertThat(LeakCheck.descriptors()).isEmpty();
    }

    @Test
    void refresh_findsASnapshotOfRowsThatWerePutHereToo_countsEachRowOnce() throws IOException {
        Store store = Caches.separate(directory, OPTIONS);
        store.becomeWritable();
        Keys few = TestRows.range(0, 20);
        Caches.put(store, few); // not yet written
        Store other = Caches.separate(directory, OPTIONS);
        other.becomeWritable();
        Caches.put(other, KEYS);
        other.close();
        assertThat(snapshot()).isRegularFile();
        assertThat(store.catalog().refresh()).isEqualTo(ROWS / 50);
        assertThat(store.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(store, KEYS);
        store.close();
    }
}
