package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a compaction by call makes of the files of a generation. */
@Tag("variable-rows")
class CompactionTest {

    private static final int ROWS = 400;

    @TempDir Path directory;

    static Map<StoreOption, Object> options(ReadMode mode) {
        Map<StoreOption, Object> options = new HashMap<>();
        options.put(StoreOption.READ_MODE, mode);
        options.put(StoreOption.SEGMENT_ROWS, 50L);
        options.put(StoreOption.INDEX_SNAPSHOT_ROWS, 0L);
        options.put(StoreOption.MEMORY_TIER_BYTES, 0L);
        options.put(StoreOption.REFRESH_INTERVAL_MS, 0L);
        options.put(StoreOption.MAINTENANCE, MaintenanceMode.MANUAL);
        return options;
    }

    private List<Path> segments() throws IOException {
        return TestFiles.below(Caches.paths(directory).segments(), ".arrow");
    }

    private Store writable(ReadMode mode) throws IOException {
        Store store = Caches.separate(directory, options(mode));
        store.becomeWritable();
        return store;
    }

    private List<Path> write(Keys keys, Store store) throws IOException {
        Caches.put(store, keys);
        assertThat(store.flush()).isTrue();
        return segments();
    }

    private static Lineage lineage(Path file) throws IOException {
        try (SegmentFile opened =
                SegmentFile.open(new FileStorage(), file, Verifier.nameOf(file), false).file()) {
            return opened.lineage();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "INT64, POSITIONAL", "UTF8, MAPPED", "UTF8, POSITIONAL"})
    void compact_manySmallFiles_makesOneAndServesTheSameRows(KeyType type, ReadMode mode)
            throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Store store = writable(mode);
        List<Path> small = write(keys, store);
        long oldestMs = lineage(small.get(0)).oldestRowMs();
        assertThat(small).hasSize(ROWS / 50);

        HygieneCounts counts = store.upkeep().compact(false);

        assertThat(counts.removed().files()).isEqualTo(small.size());
        assertThat(counts.removed().rows()).isEqualTo(ROWS);
        assertThat(counts.written().rows()).isEqualTo(ROWS);
        assertThat(counts.keptFiles()).isZero();
        assertThat(segments()).hasSize(1);
        assertThat(lineage(segments().get(0)))
                .isEqualTo(
                        new Lineage(
                                SegmentRanges.of(small.stream().map(Verifier::nameOf).toList()),
                                SegmentRanges.NONE,
                                oldestMs));
        assertThat(store.segments()).hasSize(1);
        assertThat(store.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(store, keys);
        assertThat(store.catalog().refresh()).isZero();
        assertThat(store.upkeep().compact(false).removed().files()).isZero();
        store.close();

        Store reopened = Caches.separate(directory, options(mode));
        assertThat(reopened.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(reopened, keys);
        assertThat(reopened.upkeep().verify().segments()).hasSize(1);
        reopened.close();
    }

    @Test
    void compact_aDryRun_tellsTheSameAndChangesNothing() throws IOException {
        Store store = writable(ReadMode.MAPPED);
        List<Path> small = write(ExpectedRows.keys(KeyType.INT64, 0, ROWS), store);
        HygieneCounts foreseen = store.upkeep().compact(true);
        assertThat(segments()).isEqualTo(small);
        assertThat(Caches.paths(directory).trash()).doesNotExist();
        HygieneCounts done = store.upkeep().compact(false);
        assertThat(foreseen.removed()).isEqualTo(done.removed());
        assertThat(foreseen.written().rows()).isEqualTo(done.written().rows());
        store.close();
    }

    @Test
    void compact_duplicatesInTwoFiles_keepsOne() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.UTF8, 0, ROWS);
        Store one = writable(ReadMode.MAPPED);
        Store blind = Caches.separate(directory, options(ReadMode.MAPPED));
        write(keys, one);
        write(keys, blind);
        blind.close();
        HygieneCounts counts = one.upkeep().compact(false);
        assertThat(counts.removed().rows()).isEqualTo(2 * ROWS);
        assertThat(counts.written().rows()).isEqualTo(ROWS);
        assertThat(one.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(one, keys);
        one.close();
    }

    @Test
    void compact_aFileWithADamagedRow_leavesItAsItIs() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store store = writable(ReadMode.MAPPED);
        Path spoilt = write(keys, store).get(3);
        Caches.spoilRow(spoilt, 170);
        byte[] bytes = Files.readAllBytes(spoilt);

        HygieneCounts counts = store.upkeep().compact(false);

        assertThat(counts.kept()).extracting(HygieneCounts.Kept::path).containsExactly(spoilt);
        assertThat(segments()).hasSize(2).contains(spoilt);
        assertThat(Files.readAllBytes(spoilt)).isEqualTo(bytes);
        assertThat(Caches.rightHits(store, keys)).isEqualTo(ROWS - 1);
        store.close();
    }

    @Test
    void compact_onANetworkFilesystem_movesTheFilesToTheTrashForADay() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        FaultyStorage storage = new FaultyStorage();
        storage.network(true);
        Store store = Caches.separate(directory, options(ReadMode.AUTOMATIC), storage);
        store.becomeWritable();
        int files = write(keys, store).size();
        store.upkeep().compact(false);
        Path trash = Caches.paths(directory).trash();
        assertThat(TestFiles.below(trash, "")).hasSize(files);
        assertThat(segments()).hasSize(1);
        Caches.assertAllRight(store, keys);
        store.close();
    }

    @Test
    void compact_removedRows_leavesThemOutAndNamesTheTombstone() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Keys some = ExpectedRows.keys(KeyType.INT64, 10, 20);
        Store store = writable(ReadMode.MAPPED);
        Store other = Caches.separate(directory, options(ReadMode.MAPPED));
        write(keys, store);
        store.upkeep().remove(some, false);
        write(some, store); // stored again
        store.upkeep().remove(ExpectedRows.keys(KeyType.INT64, 12, 14), false);

        HygieneCounts counts = store.upkeep().compact(false);

        assertThat(counts.written().rows()).isEqualTo(ROWS - 2);
        assertThat(segments()).hasSize(1);
        List<Path> tombstones = TestFiles.below(Caches.paths(directory).deletions(), ".arrow");
        assertThat(lineage(segments().get(0)).applied())
                .isEqualTo(SegmentRanges.of(tombstones.stream().map(Verifier::nameOf).toList()));
        assertThat(store.rowCount()).isEqualTo(ROWS - 2);
        assertThat(Caches.rightHits(store, keys)).isEqualTo(ROWS - 2);
        other.catalog().refresh();
        assertThat(Caches.rightHits(other, keys)).isEqualTo(ROWS - 2);
        other.close();
        store.close();
        Store reopened = Caches.separate(directory, options(ReadMode.MAPPED));
        assertThat(Caches.rightHits(reopened, keys)).isEqualTo(ROWS - 2);
        reopened.close();
    }

    /** The keys to remove are of a file that is not small. */
    @Test
    void compact_byCall_leavesNoRemovedRowInAnyFile() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Map<StoreOption, Object> options = options(ReadMode.MAPPED);
        options.put(StoreOption.SEGMENT_BYTES, 20_000L);
        Store store = Caches.separate(directory, options);
        store.becomeWritable();
        write(keys, store);
        store.upkeep().compact(false);
        List<Path> large = segments();
        store.upkeep().remove(Keys.of(3), false);
        HygieneCounts counts = store.upkeep().compact(false);
        assertThat(counts.removed().files()).isOne();
        assertThat(counts.written().rows()).isEqualTo(counts.removed().rows() - 1);
        assertThat(segments()).hasSameSizeAs(large).isNotEqualTo(large);
        assertThat(Caches.rightHits(store, keys)).isEqualTo(ROWS - 1);
        store.close();
    }

    @Test
    void compact_allRowsRemoved_leavesNoFile() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store store = writable(ReadMode.MAPPED);
        write(keys, store);
        store.upkeep().remove(keys, false);
        HygieneCounts counts = store.upkeep().compact(false);
        assertThat(counts.written().files()).isZero();
        assertThat(segments()).isEmpty();
        assertThat(store.rowCount()).isZero();
        store.close();
    }
}
