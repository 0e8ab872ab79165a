package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.row.ContractConflictException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files beside the segments that are not what they are taken for. */
class MisplacedFilesTest {

    private static final Keys KEYS = TestRows.range(0, 100);

    @TempDir Path directory;

    @Test
    void segments_whoseNamesAreSwapped_areBothSkipped() throws IOException {
        Caches.writeOneSegment(directory, TestRows.range(0, 50));
        Caches.writeOneSegment(directory, TestRows.range(50, 100));
        List<Path> segments = TestFiles.below(directory, ".arrow");
        Path aside = directory.resolve("aside");
        Files.move(segments.get(0), aside);
        Files.move(segments.get(1), segments.get(0));
        Files.move(aside, segments.get(1));
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.stats().skippedSegments()).isEqualTo(2);
            assertThat(Caches.rightHits(cache, KEYS)).isZero();
            Caches.putAndFlush(cache, KEYS);
        }
    }

    @Test
    void segment_ofAnotherModule_isSkipped() throws IOException {
        Path segment = Caches.writeOneSegment(directory, KEYS);
        try (FeatureCache other =
                FeatureCache.builder().directory(directory).moduleId("other").open()) {
            TestRows rows = new TestRows(Caches.ROWS.schema(), 99);
            other.put(TestRows.range(0, 1), rows.batch(TestRows.range(0, 1)));
            assertThat(other.flush().isComplete()).isTrue();
            Files.copy(
                    segment, other.segments().get(0).file().resolveSibling(segment.getFileName()));
            assertThat(other.refresh()).isZero();
            assertThat(other.stats().skippedSegments()).isOne();
            assertThat(other.rowCount()).isOne();
        }
    }

    @Test
    void directory_ofAnotherModule_isRefused() throws IOException {
        Caches.writeOneSegment(directory, KEYS);
        StorePaths other = StorePaths.of(directory, "other", "");
        Files.createDirectories(other.module());
        Files.move(Caches.paths(directory).generation(), other.generation());
        assertThatThrownBy(
                        () -> FeatureCache.builder().directory(directory).moduleId("other").open())
                .isInstanceOf(ContractConflictException.class)
                .hasMessageContaining("'digits'")
                .hasMessageContaining("'other'");
    }

    @Test
    void strangeEntries_besideTheSegments_areLeftAlone() throws IOException {
        Path segment = Caches.writeOneSegment(directory, KEYS);
        String writer = segment.getFileName().toString().replaceAll("-[0-9]*\\.arrow", "");
        Path segments = Caches.paths(directory).segments();
        Files.createDirectory(segments.resolve(writer + "-00000077.arrow"));
        Files.createFile(segments.resolve(writer + "-00000078.arrow"));
        Files.createSymbolicLink(segments.resolve(writer + "-00000079.arrow"), segment);
        Files.copy(segment, segments.resolve("mine.arrow"));
        Files.copy(segment, segments.resolve(segment.getFileName() + ".bak"));
        Files.createDirectory(segments.resolve("index"));
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.segments()).hasSize(1);
            assertThat(cache.rowCount()).isEqualTo(100);
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.refresh()).isZero();
        }
        assertThat(segments.resolve("mine.arrow")).exists();
    }

    @Test
    void listedFile_thatIsNotYetThere_isFoundLater() throws IOException {
        Caches.writeOneSegment(directory, KEYS);
        FaultyStorage storage = new FaultyStorage();
        storage.rule(FaultyStorage.failing(FaultyStorage.Op.OPEN, ".arrow", 2));
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.stats().skippedSegments()).isZero();
            assertThat(cache.refresh()).isOne();
            Caches.assertAllRight(cache, KEYS);
        }
        storage.rule(FaultyStorage.failing(FaultyStorage.Op.OPEN, ".arrow", 1));
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.assertAllRight(cache, KEYS);
        }
    }

    @Test
    void directory_namedLikeASegment_isSkippedOnceAndCounted() throws IOException {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, KEYS);
            Path segment = TestFiles.only(directory, ".arrow");
            String name = segment.getFileName().toString().replace("-00000000", "-00000009");
            Files.createDirectory(segment.resolveSibling(name));
            cache.refresh();
            cache.refresh();
            assertThat(cache.stats().skippedSegments()).isEqualTo(1);
            Caches.assertAllRight(cache, KEYS);
        }
    }
}
