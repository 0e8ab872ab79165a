package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StaleSnapshotException;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;

/** The rows on disk at one instant: which they are, and each once. */
class SnapshotTest {

    private static final Keys KEYS = TestRows.range(0, 100);

    @TempDir Path directory;

    private FeatureCacheBuilder at() {
        return Caches.at(directory).maintenance(MaintenanceMode.MANUAL);
    }

    private FeatureCache open() {
        return at().open();
    }

    private static Object[] range(long from, long to) {
        return LongStream.range(from, to).boxed().toArray();
    }

    @Test
    void snapshot_ofNothing_hasNoRowsAndNoColumns() {
        try (FeatureCache cache = open()) {
            CacheSnapshot snapshot = cache.snapshot();
            assertThat(snapshot.rows()).isZero();
            assertThat(snapshot.parts()).isEmpty();
            assertThat(snapshot.schema()).isEmpty();
            assertThat(snapshot.storedSchema()).isEmpty();
            assertThat(snapshot.keyType()).isEmpty();
            assertThat(snapshot.select(Keys.of("a")).rows()).isZero();
        }
    }

    @Test
    void snapshot_ofCommittedRows_isWhatGatherGives() {
        try (FeatureCache cache = at().segmentRows(30).open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot snapshot = cache.snapshot();
            assertThat(snapshot.rows()).isEqualTo(100);
            assertThat(snapshot.schema()).isEqualTo(cache.schema());
            assertThat(snapshot.storedSchema()).isEqualTo(cache.schema());
            assertThat(snapshot.keyType()).contains(KeyType.INT64);
            assertThat(snapshot.parts().stream().map(SnapshotPart::file))
                    .containsExactlyElementsOf(
                            cache.segments().stream().map(SegmentInfo::file).toList());
            assertThat(snapshot.parts().stream().map(SnapshotPart::bytes))
                    .containsExactlyElementsOf(
                            cache.segments().stream().map(SegmentInfo::bytes).toList());
            SnapshotRows.of(snapshot).assertEqual(cache, KEYS);
        }
    }

    @Test
    void rows_thatWaitInMemory_areNotInIt() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 60));
            CacheSnapshot before = cache.snapshot();
            Caches.put(cache, TestRows.range(60, 100));
            assertThat(SnapshotRows.of(cache.snapshot()).keys()).containsExactly(range(0, 60));
            cache.flush();
            assertThat(SnapshotRows.of(cache.snapshot()).keys()).containsExactly(range(0, 100));
            assertThat(SnapshotRows.of(before).keys()).containsExactly(range(0, 60));
        }
    }

    @Test
    void rows_ofAnotherWriter_areInItWithoutARefresh() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            Store other = Caches.separate(directory);
            Caches.put(other, TestRows.range(10, 20));
            Caches.close(other);
            assertThat(SnapshotRows.of(cache.snapshot()).keys()).containsExactly(range(0, 20));
        }
    }

    @Test
    void rows_thatTwoWritersStored_areInItOnce() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.put(cache, TestRows.range(0, 60));
            Store other = Caches.separate(directory);
            Caches.put(other, TestRows.range(40, 100));
            cache.flush();
            Caches.close(other);

            CacheSnapshot snapshot = cache.snapshot();
            assertThat(cache.segments().stream().mapToInt(SegmentInfo::rows).sum()).isEqualTo(120);
            assertThat(snapshot.rows()).isEqualTo(100);
            SnapshotRows.of(snapshot).assertEqual(cache, KEYS);
        }
        try (FeatureCache cache = open()) {
            SnapshotRows.of(cache.snapshot()).assertEqual(cache, KEYS);
        }
    }

    @Test
    void rows_thatAnIndexSnapshotCovers_areInItOnce() throws IOException {
        Store other = Caches.separate(directory);
        try (FeatureCache cache = Caches.at(directory).indexSnapshotRows(1).open()) {
            Caches.put(cache, TestRows.range(0, 60));
            Caches.put(other, TestRows.range(40, 100));
            cache.flush();
            Caches.close(other);
            cache.refresh();
            cache.remove(Keys.of(50, 70));
        }
        assertThat(TestFiles.below(directory, "checkpoint")).hasSize(1);
        try (FeatureCache cache = at().readOnly(true).open()) {
            Keys left =
                    Keys.of(
                            LongStream.range(0, 100)
                                    .filter(i -> i % 20 != 10 || i < 50 || i > 70)
                                    .toArray());
            SnapshotRows.of(cache.snapshot()).assertEqual(cache, left);
            assertThat(cache.snapshot().rows()).isEqualTo(98);
        }
    }

    @Test
    void rows_thatWereRemoved_areNotInIt() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            cache.remove(TestRows.range(0, 90));
            assertThat(cache.snapshot().rows()).isEqualTo(10);
            assertThat(SnapshotRows.of(cache.snapshot()).keys()).containsExactly(range(90, 100));
        }
        try (FeatureCache cache = open()) {
            assertThat(SnapshotRows.of(cache.snapshot()).keys()).containsExactly(range(90, 100));
        }
    }

    @Test
    void rows_thatWereReplaced_areTheNewOnes() {
        TestRows changed = new TestRows(Caches.ROWS.schema(), 99);
        Keys some = TestRows.range(20, 30);
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            cache.replace(some, changed.batch(some));
            assertThat(cache.snapshot().rows()).as("the new ones wait").isEqualTo(90);
            cache.flush();
            SnapshotRows rows = SnapshotRows.of(cache.snapshot());
            rows.assertEqual(cache, KEYS);
            rows.select(some).assertRight(changed);
        }
    }

    @Test
    void row_thatIsDamaged_isSkippedAndCounted() throws IOException {
        Path file = Caches.writeOneSegment(directory, KEYS);
        try (FeatureCache cache = open()) {
            CacheSnapshot snapshot = cache.snapshot();
            Caches.spoilRow(file, 42);
            SnapshotRows rows = SnapshotRows.of(snapshot);
            assertThat(rows.damaged()).isOne();
            assertThat(rows.keys()).hasSize(99).doesNotContain(42L);
            rows.assertRight(Caches.ROWS);
            assertThat(snapshot.rows()).as("it counts until it is found").isEqualTo(100);
        }
    }

    @Test
    void row_thatWasFoundDamagedBefore_isCountedUntilItIsStoredAgain() throws IOException {
        Path file = Caches.writeOneSegment(directory, KEYS);
        try (FeatureCache cache = open()) {
            Caches.spoilRow(file, 42);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(99);
            assertThat(SnapshotRows.of(cache.snapshot()).damaged()).isOne();
            assertThat(Caches.put(cache, KEYS).stored()).isOne();
            assertThat(SnapshotRows.of(cache.snapshot()).damaged()).isZero();
            cache.flush();
            SnapshotRows rows = SnapshotRows.of(cache.snapshot());
            assertThat(rows.damaged()).isZero();
            rows.assertEqual(cache, KEYS);
        }
    }

    @Test
    void file_thatIsDamagedAsAWhole_isRefusedByItsPart() throws IOException {
        try (FeatureCache cache = at().segmentRows(50).open()) {
            Caches.putAndFlush(cache, KEYS);
            List<SnapshotPart> parts = cache.snapshot().parts();
            TestFiles.truncate(parts.get(0).file(), Files.size(parts.get(0).file()) / 2);
            assertThatThrownBy(parts.get(0)::open)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining(parts.get(0).file().getFileName().toString());
            assertThat(SnapshotRows.of(parts.get(1)).keys()).hasSize(50);
        }
    }

    @Test
    void file_thatIsAnotherSegment_isRefusedByItsPart() throws IOException {
        try (FeatureCache cache = at().segmentRows(50).open()) {
            Caches.putAndFlush(cache, KEYS);
            List<SnapshotPart> parts = cache.snapshot().parts();
            Files.delete(parts.get(0).file());
            Files.copy(parts.get(1).file(), parts.get(0).file());
            assertThatThrownBy(parts.get(0)::openStored).isInstanceOf(CorruptFileException.class);
            Files.delete(parts.get(0).file());
            Files.createDirectory(parts.get(0).file());
            assertThatThrownBy(parts.get(0)::open)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("repair");
        }
    }

    /** The keys of the file are asked for, since some of its rows were removed. */
    @Test
    void file_whoseKeysAreDamaged_isAPartThatIsRefused() throws IOException {
        Path file = Caches.writeOneSegment(directory, KEYS);
        try (FeatureCache cache = open()) {
            cache.remove(Keys.of(1));
            byte[] keys = {41, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0, 0, 0, 0, 0};
            int at = TestFiles.indexOf(Files.readAllBytes(file), keys);
            TestFiles.overwrite(file, at, new byte[] {43});
            CacheSnapshot snapshot = cache.snapshot();
            assertThat(snapshot.rows()).isEqualTo(100);
            assertThatThrownBy(snapshot.parts().get(0)::open)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("keys");
        }
    }

    @Test
    void file_thatACompactionReplaced_isStaleAndInTheNextSnapshot() {
        try (FeatureCache cache = at().segmentRows(50).open()) {
            Caches.putAndFlush(cache, KEYS);
            CacheSnapshot before = cache.snapshot();
            assertThat(cache.compact().filesRemoved()).isEqualTo(2);
            assertThatThrownBy(before.parts().get(1)::open)
                    .isInstanceOf(StaleSnapshotException.class)
                    .hasMessageContaining(before.parts().get(1).file().toString())
                    .hasMessageContaining("new snapshot");
            CacheSnapshot after = cache.snapshot();
            assertThat(after.parts()).hasSize(1);
            SnapshotRows.of(after).assertEqual(cache, KEYS);
        }
    }

    @Test
    void directory_thatIsAway_isSaidToBeUnreadable() throws IOException {
        Caches.writeOneSegment(directory, KEYS);
        SnapshotPart part;
        try (FeatureCache cache = open()) {
            part = cache.snapshot().parts().get(0);
        }
        Path segments = Objects.requireNonNull(part.file().getParent());
        Files.move(segments, segments.resolveSibling("elsewhere"));
        assertThatThrownBy(part::open)
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("filesystem");
    }

    @Test
    void part_ofAClosedCache_isReadAllTheSame() {
        CacheSnapshot snapshot;
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            snapshot = cache.snapshot();
        }
        assertThat(SnapshotRows.of(snapshot).keys()).containsExactly(range(0, 100));
        assertThatThrownBy(() -> snapshot.select(KEYS)).isInstanceOf(CacheClosedException.class);
    }

    @Test
    void reader_beforeTheFirstAndAfterTheLastBatch_hasNoRows() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, KEYS);
            SnapshotReader reader = cache.snapshot().parts().get(0).open();
            assertThatThrownBy(reader::rows).isInstanceOf(IllegalStateException.class);
            assertThat(reader.next()).isTrue();
            assertThat(reader.keys().size()).isEqualTo(100);
            assertThat(reader.next()).isFalse();
            assertThatThrownBy(reader::keys).isInstanceOf(IllegalStateException.class);
            reader.close();
            reader.close();
            assertThatThrownBy(reader::next)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void checksums_areThoseOfGather_soThatTwoCopiesHaveTheSame() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, Keys.of(5, 6));
        }
        Path other = directory.resolve("other");
        try (FeatureCache cache = Caches.at(other).open()) {
            Caches.putAndFlush(cache, Keys.of(6, 7));
            int copy = SnapshotRows.of(cache.snapshot()).checksum(6L);
            try (FeatureCache first = open()) {
                SnapshotRows rows = SnapshotRows.of(first.snapshot());
                assertThat(rows.checksum(6L)).isEqualTo(copy);
                assertThat(rows.checksum(5L)).isNotEqualTo(copy);
            }
        }
    }

    @Test
    void fingerprint_isWhatTheBuilderWasGiven() {
        try (FeatureCache cache = at().fingerprint("weights-7").open()) {
            assertThat(cache.fingerprint()).isEqualTo("weights-7");
        }
        try (FeatureCache cache = open()) {
            assertThat(cache.fingerprint()).isEmpty();
            assertThat(Optional.of(cache.moduleId())).contains(Caches.MODULE);
        }
    }
}
