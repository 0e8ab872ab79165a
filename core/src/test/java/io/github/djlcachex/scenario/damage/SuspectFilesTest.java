package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Files in which a damaged row was found, and the other copies of their rows. */
class SuspectFilesTest {

    private static final Keys KEYS = TestRows.range(0, 100);

    @TempDir Path directory;

    @Test
    void row_damagedWhereAnotherSegmentHasACopy_isServedFromThere() throws IOException {
        Store first = Caches.separate(directory);
        Store second = Caches.separate(directory);
        Caches.put(first, KEYS);
        Caches.put(second, KEYS);
        Caches.close(first);
        Caches.close(second);
        for (Path segment : TestFiles.below(directory, ".arrow").subList(0, 1)) {
            Caches.spoilRow(segment, 7);
        }
        try (FeatureCache cache = Caches.at(directory).readOnly(true).memoryTierBytes(0).open()) {
            assertThat(cache.segments()).hasSize(2);
            assertThat(Caches.rightHits(cache, KEYS)).isGreaterThanOrEqualTo(99);
            Await.until("the copy is served", () -> Caches.rightHits(cache, KEYS) == 100);
            assertThat(cache.rowCount()).isEqualTo(100);
        }
    }

    @Test
    void suspectOfManyCopies_isReplacedOnlyByReadableOnes() throws IOException {
        Store first = Caches.separate(directory, Map.of());
        Store second = Caches.separate(directory, Map.of());
        Caches.put(first, KEYS);
        Caches.put(second, TestRows.range(0, 50));
        Caches.close(first);
        Caches.close(second);
        Path larger =
                TestFiles.below(directory, ".arrow").stream()
                        .max(Comparator.comparingLong(path -> path.toFile().length()))
                        .orElseThrow();
        Caches.spoilRow(larger, 10);
        Caches.spoilRow(larger, 80);
        try (FeatureCache cache = Caches.at(directory).readOnly(true).memoryTierBytes(0).open()) {
            Await.until("the copy is served", () -> Caches.rightHits(cache, KEYS) == 99);
            assertThat(cache.missing(KEYS)).containsExactly(80);
        }
    }

    /** Each of two files holds all rows, and each has another bad one: nothing is lost. */
    @Test
    void twoSuspectFiles_withTheGoodCopyOfEachOther_serveAllRows() throws IOException {
        Store first = Caches.separate(directory);
        Store second = Caches.separate(directory);
        Caches.put(first, KEYS);
        Caches.put(second, KEYS);
        Caches.close(first);
        Caches.close(second);
        List<Path> segments = TestFiles.below(directory, ".arrow");
        Caches.spoilRow(segments.get(0), 7);
        Caches.spoilRow(segments.get(1), 70);
        try (FeatureCache cache = Caches.at(directory).readOnly(true).memoryTierBytes(0).open()) {
            Await.until("all copies are served", () -> Caches.rightHits(cache, KEYS) == 100);
        }
    }

    @Test
    void copy_thatARefreshBringsToASuspectFile_servesAlsoRowsDamagedLater() throws IOException {
        try (FeatureCache cache = Caches.at(directory).memoryTierBytes(0).open()) {
            Caches.putAndFlush(cache, KEYS);
            Path segment = TestFiles.only(directory, ".arrow");
            Caches.spoilRow(segment, 7);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(99);
            Files.delete(segment); // so that another writer stores all rows anew
            Store writer = Caches.separate(directory);
            Caches.put(writer, KEYS);
            Caches.close(writer);
            assertThat(cache.refresh()).isEqualTo(1);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(100);
        }
    }

    @Test
    void keys_afterARowWasFoundDamaged_leaveItOut() throws IOException {
        try (FeatureCache cache = Caches.at(directory).memoryTierBytes(0).open()) {
            Caches.putAndFlush(cache, KEYS);
            Caches.spoilRow(TestFiles.only(directory, ".arrow"), 7);
            assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(99);
            assertThat(((LongKeys) cache.keys()).toArray()).hasSize(99).doesNotContain(7);
        }
    }
}
