package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;

/** What a compaction makes of removed rows, and of the tombstones that removed them. */
@Tag("variable-rows")
class CompactedRemovalsTest extends CompactionScenario {

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
        write(ExpectedRows.keys(KeyType.INT64, ROWS, ROWS + 10), store);
        assertThat(store.upkeep().compact(false).removed().files()).isEqualTo(2);
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

    @Test
    void compact_aTombstoneTouchesNoFileAnyMore_deletesItAfterAnHour() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store store = writable(ReadMode.MAPPED);
        write(keys, store);
        store.upkeep().remove(Keys.of(3, 5), false);
        List<Path> tombstones = TestFiles.below(Caches.paths(directory).deletions(), ".arrow");
        store.upkeep().compact(false);
        assertThat(tombstones).hasSize(1).allMatch(Files::exists);
        FileTime old = FileTime.fromMillis(System.currentTimeMillis() - 7_200_000);
        Files.setLastModifiedTime(tombstones.get(0), old);

        Path writing = segments().get(0).resolveSibling("h0_b0.tmp");
        Files.createFile(writing);
        store.upkeep().compact(false);
        assertThat(tombstones).as("while a file is being written").allMatch(Files::exists);
        Files.delete(writing);
        store.upkeep().compact(false);
        assertThat(tombstones).noneMatch(Files::exists);
        assertThat(Caches.rightHits(store, keys)).isEqualTo(ROWS - 2);
        store.close();
        Store reopened = writable(ReadMode.MAPPED);
        assertThat(Caches.rightHits(reopened, keys)).isEqualTo(ROWS - 2);
        reopened.close();
    }

    @Test
    void compact_aTombstoneTouchesAFile_keepsIt() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store store = writable(ReadMode.MAPPED);
        Path spoilt = write(keys, store).get(3);
        Caches.spoilRow(spoilt, 170); // so that it is not compacted
        store.upkeep().remove(Keys.of(171), false);
        Path tombstone = TestFiles.below(Caches.paths(directory).deletions(), ".arrow").get(0);
        FileTime old = FileTime.fromMillis(System.currentTimeMillis() - 7_200_000);
        Files.setLastModifiedTime(tombstone, old);
        store.upkeep().compact(false);
        assertThat(tombstone).exists();
        assertThat(Caches.rightHits(store, keys)).isEqualTo(ROWS - 2);
        store.close();
    }
}
