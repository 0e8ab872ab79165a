package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Removing and replacing rows as a user does. */
class RemoveTest {

    @TempDir Path directory;

    private FeatureCache open() {
        return Caches.at(directory).open();
    }

    @Test
    void remove_someIds_reportsThemAndKeepsTheOthers() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 100));
            HygieneReport dryRun = cache.remove(Keys.of(1, 2, 500), true);
            assertThat(dryRun.isDryRun()).isTrue();
            assertThat(dryRun.rowsRemoved()).isEqualTo(2);
            assertThat(cache.rowCount()).isEqualTo(100);

            HygieneReport report = cache.remove(Keys.of(1, 2, 500));

            assertThat(report.rowsRemoved()).isEqualTo(2);
            assertThat(report.rowsSeen()).isEqualTo(100);
            assertThat(report.bytesRemoved()).as("they are on the disk still").isZero();
            assertThat(report.filesWritten()).isEqualTo(1);
            assertThat(cache.missing(TestRows.range(0, 100))).containsExactly(1, 2);
        }
        try (FeatureCache cache = open()) {
            assertThat(cache.missing(TestRows.range(0, 100))).containsExactly(1, 2);
        }
    }

    @Test
    void removeLongsIf_removesWhatThePredicateChooses() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 100));
            assertThat(cache.removeLongsIf(id -> id % 10 == 3).rowsRemoved()).isEqualTo(10);
            assertThat(cache.missing(TestRows.range(0, 20))).containsExactly(3, 13);
            assertThat(cache.removeLongsIf(id -> id % 10 == 3).rowsRemoved()).isZero();
            assertThatThrownBy(() -> cache.removeStringsIf(id -> true))
                    .isInstanceOf(KeyTypeMismatchException.class)
                    .hasMessageContaining("INT64");
            assertThat(cache.rowCount()).isEqualTo(90);
        }
    }

    @Test
    void removeStringsIf_removesWhatThePredicateChooses() {
        Keys keys = Keys.of("train/a", "train/b", "validation/a");
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, keys);
            assertThat(cache.removeStringsIf(id -> id.startsWith("train/")).rowsRemoved())
                    .isEqualTo(2);
            assertThat(cache.missing(keys)).containsExactly(0, 1);
        }
    }

    @Test
    void replace_twoRowsOfOneKey_storesTheFirst() {
        TestRows changed = new TestRows(Caches.ROWS.schema(), 99);
        Keys keys = Keys.of(7, 7);
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            PutResult result = cache.replace(keys, changed.batch(keys));
            assertThat(result).isEqualTo(Seams.put(1, 1, 0));
            assertThat(cache.flush().isComplete()).isTrue();
            assertThat(cache.rowCount()).isEqualTo(10);
        }
    }

    @Test
    void replace_inAnEmptyCache_storesTheRows() {
        try (FeatureCache cache = open()) {
            Keys keys = Keys.of(1, 2);
            assertThat(cache.replace(keys, Caches.ROWS.batch(keys)).stored()).isEqualTo(2);
            Caches.assertAllRight(cache, keys);
        }
    }

    @Test
    void replace_otherColumns_isRefusedAndRemovesNothing() {
        try (FeatureCache cache = open()) {
            cache.put(1, new float[] {1, 2});
            assertThatThrownBy(() -> cache.replace(Keys.of(1), Caches.ROWS.batch(Keys.of(1))))
                    .isInstanceOf(SchemaMismatchException.class);
            assertThat(cache.missing(Keys.of(1))).isEmpty();
        }
    }

    @Test
    void dryRun_ofAReadOnlyCache_tellsAndWritesNothing() throws IOException {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            Caches.putAndFlush(cache, TestRows.range(10, 20));
        }
        Map<Path, FileTime> before = times();
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            assertThat(cache.remove(Keys.of(1, 2, 500), true).rowsRemoved()).isEqualTo(2);
            assertThat(cache.compact(true).filesRemoved()).isEqualTo(2);
        }
        assertThat(times()).isEqualTo(before);
    }

    private Map<Path, FileTime> times() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.toList()) {
                times.put(path, Files.getLastModifiedTime(path));
            }
        }
        return times;
    }

    @Test
    void readOnlyCache_removingAndReplacing_isRefused() {
        try (FeatureCache cache = open()) {
            Caches.putAndFlush(cache, Keys.of(1));
        }
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            assertThatThrownBy(() -> cache.remove(Keys.of(1)))
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("read-only");
            assertThatThrownBy(() -> cache.replace(Keys.of(1), Caches.ROWS.batch(Keys.of(1))))
                    .isInstanceOf(CacheIoException.class);
            Caches.assertAllRight(cache, Keys.of(1));
        }
    }

    @Test
    void closedCache_removing_isRefused() {
        FeatureCache cache = open();
        cache.close();
        assertThatThrownBy(() -> cache.remove(Keys.of(1))).isInstanceOf(CacheClosedException.class);
    }
}
