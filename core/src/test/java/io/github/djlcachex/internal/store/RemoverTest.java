package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Rows that are removed by their keys, in one store and in several. */
@Tag("variable-rows")
class RemoverTest {

    private static final int ROWS = 200;

    /** What a changed sample's row is. */
    private static final TestRows CHANGED = new TestRows(Caches.ROWS.schema(), 8);

    @TempDir Path directory;

    private Store open(ReadMode mode) throws IOException {
        return open(mode, 1 << 20, ROWS);
    }

    private Store open(ReadMode mode, long tierBytes, long snapshotRows) throws IOException {
        Map<StoreOption, Object> options =
                Map.of(
                        StoreOption.READ_MODE, mode,
                        StoreOption.SEGMENT_ROWS, 50L,
                        StoreOption.INDEX_SNAPSHOT_ROWS, snapshotRows,
                        StoreOption.MEMORY_TIER_BYTES, tierBytes,
                        StoreOption.REFRESH_INTERVAL_MS, 0L);
        Store store = Caches.separate(directory, options);
        store.becomeWritable();
        return store;
    }

    private static HygieneCounts remove(Store store, Keys keys) throws IOException {
        return store.upkeep().remove(keys, false);
    }

    private static void putAndFlush(Store store, Keys keys) {
        assertThat(Caches.put(store, keys).stored()).isEqualTo(keys.size());
        assertThat(store.flush()).isTrue();
    }

    /** Some are misses, the others are right, and all counts say so. */
    private static void assertLive(Store store, Keys live, Keys removed) throws IOException {
        Caches.assertAllRight(store, live);
        assertThat(Caches.rightHits(store, removed)).isZero();
        assertThat(store.missing(removed)).hasSize(removed.size());
        assertThat(store.rowCount()).isEqualTo(live.size());
        assertThat(store.keys().size()).isEqualTo(live.size());
    }

    @ParameterizedTest
    @CsvSource({
        "INT64, MAPPED, true", "INT64, MAPPED, false", "INT64, POSITIONAL, true",
        "UTF8, MAPPED, true", "UTF8, MAPPED, false", "UTF8, POSITIONAL, true"
    })
    void remove_someRows_makesThemMissesHereAndAfterEveryOpen(
            KeyType type, ReadMode mode, boolean snapshot) throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Keys removed = ExpectedRows.keys(type, 40, 60);
        Keys live = TestKeys.without(keys, removed);
        Store store = open(mode, 1 << 20, snapshot ? ROWS : 0);
        putAndFlush(store, keys);
        if (snapshot) {
            Await.until(
                    "the snapshot is there",
                    () -> Files.exists(Caches.paths(directory).snapshot()));
        }
        Caches.assertAllRight(store, keys); // positional rows are in the memory tier now

        HygieneCounts counts = remove(store, removed);

        assertThat(counts.removed().rows()).isEqualTo(20);
        assertThat(counts.written().files()).isEqualTo(1);
        assertLive(store, live, removed);
        Caches.close(store);
        Store again = open(mode);
        assertLive(again, live, removed);
        assertThat(remove(again, removed).removed().rows()).isZero();
        putAndFlush(again, removed); // computed again, and served from now on
        Caches.assertAllRight(again, keys);
        Caches.close(again);
        Store last = open(mode);
        Caches.assertAllRight(last, keys);
        assertThat(last.rowCount()).isEqualTo(ROWS);
        Caches.close(last);
    }

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "UTF8, POSITIONAL"})
    void remove_byAnotherStore_isSeenByTheNextRefresh(KeyType type, ReadMode mode)
            throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Keys removed = ExpectedRows.keys(type, 0, 70);
        Store store = open(mode);
        Store other = open(mode);
        putAndFlush(store, keys);
        other.refresh();
        Caches.assertAllRight(other, keys);
        remove(store, removed);

        other.refresh();

        assertLive(other, TestKeys.without(keys, removed), removed);
        Caches.close(store);
        Caches.close(other);
    }

    @Test
    void remove_rowsThatTwoWritersHave_removesBoth() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 50);
        Store store = open(ReadMode.MAPPED);
        Store other = open(ReadMode.MAPPED);
        putAndFlush(store, keys);
        putAndFlush(other, keys);
        remove(store, keys);
        other.refresh();
        assertLive(store, TestKeys.none(), keys);
        assertLive(other, TestKeys.none(), keys);
        Caches.close(store);
        Caches.close(other);
    }

    @Test
    void remove_aRowThatAnotherStoredSince_servesTheNewOne() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 50);
        Store reader = open(ReadMode.MAPPED);
        Store store = open(ReadMode.MAPPED);
        Store other = open(ReadMode.MAPPED);
        putAndFlush(store, keys);
        reader.refresh();
        other.refresh();
        remove(store, keys);
        other.refresh();
        putAndFlush(other, keys);

        // The reader learns of the tombstone and of the new segment at once.
        reader.refresh();

        Caches.assertAllRight(reader, keys);
        List.of(reader, store, other).forEach(Caches::close);
        Store again = open(ReadMode.MAPPED);
        Caches.assertAllRight(again, keys);
        Caches.close(again);
    }

    /** A snapshot of a writer that does not know the tombstone leads to the dead copy. */
    @ParameterizedTest
    @CsvSource({"INT64", "UTF8"})
    void gather_theSnapshotHidesTheLiveCopyBehindADeadOne_findsTheLiveOne(KeyType type)
            throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Keys removed = ExpectedRows.keys(type, 0, 30);
        Store blind = open(ReadMode.MAPPED, 0, 0);
        Store store = open(ReadMode.MAPPED, 0, 0);
        putAndFlush(blind, keys);
        store.refresh();
        remove(store, removed);
        putAndFlush(store, removed);
        Path deletions = Caches.paths(directory).deletions();
        Path aside = directory.resolve("aside");
        Files.move(deletions, aside);
        Caches.close(store);
        Caches.close(blind);
        Caches.close(open(ReadMode.MAPPED, 0, 1)); // writes the snapshot, of all copies
        assertThat(Caches.paths(directory).snapshot()).exists();
        Files.move(aside, deletions);

        Store reader = open(ReadMode.MAPPED, 0, 0);

        Caches.assertAllRight(reader, keys);
        assertThat(reader.rowCount()).isEqualTo(ROWS);
        Caches.close(reader);
    }

    @Test
    void remove_dryRun_changesNothing() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 50);
        Store store = open(ReadMode.MAPPED);
        putAndFlush(store, keys);
        HygieneCounts counts = store.upkeep().remove(keys, true);
        assertThat(counts.removed().rows()).isEqualTo(50);
        assertThat(counts.dryRun()).isTrue();
        Caches.assertAllRight(store, keys);
        assertThat(Caches.paths(directory).deletions()).doesNotExist();
        Caches.close(store);
    }

    @Test
    void remove_rowsThatWaitToBeWritten_removesThem() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 20);
        Store store = open(ReadMode.MAPPED);
        assertThat(Caches.put(store, keys).stored()).isEqualTo(20);
        assertThat(remove(store, keys).removed().rows()).isEqualTo(20);
        assertLive(store, TestKeys.none(), keys);
        Caches.close(store);
    }

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "UTF8, MAPPED", "INT64, POSITIONAL"})
    void replace_servesTheNewRowsHereAndAfterAnOpen(KeyType type, ReadMode mode)
            throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Keys changed = ExpectedRows.keys(type, 10, 30);
        Store store = open(mode);
        putAndFlush(store, keys);
        Caches.assertAllRight(store, keys);

        PutCounts counts = store.upkeep().replace(changed, CHANGED.batch(changed));

        assertThat(counts.stored()).isEqualTo(20);
        assertChanged(store, changed);
        Caches.assertAllRight(store, TestKeys.without(keys, changed));
        assertThat(store.rowCount()).isEqualTo(ROWS);
        Caches.close(store);
        Store again = open(mode);
        assertChanged(again, changed);
        Caches.assertAllRight(again, TestKeys.without(keys, changed));
        Caches.close(again);
    }

    private static void assertChanged(Store store, Keys keys) {
        RowBatch into = RowBatch.allocate(store.shapes(keys).orElseThrow());
        assertThat(store.gather(keys, into)).isEmpty();
        for (int i = 0; i < keys.size(); i++) {
            assertThat(CHANGED.isRight(keys, i, into)).as("row %s", i).isTrue();
        }
    }

    @Test
    void replace_rowsOfOtherColumns_removesNothing() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 20);
        Store store = open(ReadMode.MAPPED);
        putAndFlush(store, keys);
        RowBatch other =
                new TestRows(RowSchema.of(Column.of(ElementType.FLOAT32, 1)), 1).batch(keys);
        assertThatThrownBy(() -> store.upkeep().replace(keys, other))
                .hasMessageContaining("as at its first write");
        Caches.assertAllRight(store, keys);
        assertThat(Caches.paths(directory).deletions()).doesNotExist();
        Caches.close(store);
    }

    @Test
    void clear_afterARemoval_forgetsTheTombstones() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 20);
        Store store = open(ReadMode.MAPPED);
        putAndFlush(store, keys);
        remove(store, keys);
        store.upkeep().clear();
        assertThat(TestFiles.below(directory, ".arrow")).isEmpty();
        putAndFlush(store, keys);
        Caches.assertAllRight(store, keys);
        Caches.close(store);
    }

    @Test
    void damagedTombstone_isPassedOverWithOneWarningAndFailsNothing() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, 20);
        Store store = open(ReadMode.MAPPED);
        putAndFlush(store, keys);
        remove(store, keys.select(new int[] {3}));
        remove(store, keys.select(new int[] {4}));
        Caches.close(store);
        List<Path> tombstones = TestFiles.below(Caches.paths(directory).deletions(), ".arrow");
        TestFiles.overwrite(tombstones.get(0), 200, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        Files.write(tombstones.get(0).resolveSibling("foreign.arrow"), new byte[9]);
        Store reader = open(ReadMode.MAPPED);
        assertThat(Caches.rightHits(reader, keys)).isEqualTo(19);
        assertThat(reader.upkeep().verify().tombstoneProblems())
                .singleElement()
                .asString()
                .contains(tombstones.get(0).getFileName().toString());
        Caches.close(reader);
    }

    @Test
    void removeOf_keysOfTheOtherKind_isRefused() throws IOException {
        Store store = open(ReadMode.MAPPED);
        putAndFlush(store, ExpectedRows.keys(KeyType.INT64, 0, 20));
        assertThatThrownBy(() -> remove(store, Keys.of("a"))).hasMessageContaining("UTF8 keys");
        Caches.close(store);
    }

    @Test
    void remove_beforeAnythingWasStored_doesNothing() throws IOException {
        Store store = open(ReadMode.MAPPED);
        assertThat(remove(store, Keys.of(1, 2)).removed().rows()).isZero();
        assertThat(Caches.paths(directory).deletions()).doesNotExist();
        Caches.close(store);
    }
}
