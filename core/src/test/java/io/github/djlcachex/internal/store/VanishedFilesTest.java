package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.index.IndexSnapshot;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a store does once another process has deleted some of its files. */
class VanishedFilesTest {

    private static final int ROWS = 400;

    @TempDir Path directory;

    private Map<StoreOption, Object> options(ReadMode mode) {
        return Map.of(
                StoreOption.READ_MODE, mode,
                StoreOption.SEGMENT_ROWS, 50L,
                StoreOption.INDEX_SNAPSHOT_ROWS, (long) ROWS,
                StoreOption.MEMORY_TIER_BYTES, 0L,
                StoreOption.REFRESH_INTERVAL_MS, 0L);
    }

    private List<Path> segments() throws IOException {
        return TestFiles.below(directory, ".arrow");
    }

    private Store writable(ReadMode mode) throws IOException {
        Store store = Caches.separate(directory, options(mode));
        store.becomeWritable();
        return store;
    }

    /** Writes rows by a store that does not see those of any other. */
    private List<Path> write(Keys keys, Store blind) throws IOException {
        List<Path> before = segments();
        Caches.put(blind, keys);
        assertThat(blind.flush()).isTrue();
        return segments().stream().filter(file -> !before.contains(file)).toList();
    }

    private static void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private static IndexSnapshot snapshotOf(Store store) {
        return Objects.requireNonNull(Objects.requireNonNull(store.state()).index().snapshot());
    }

    /** As after a compaction by another process: the same rows in new files, the old ones gone. */
    @ParameterizedTest
    @CsvSource({
        "INT64, MAPPED, true",
        "INT64, POSITIONAL, true",
        "INT64, MAPPED, false",
        "UTF8, MAPPED, false", // to compare string keys opens the files
        "UTF8, POSITIONAL, false"
    })
    void gather_coveredFilesWereReplacedUnopened_findsAllRowsAndKeepsTheSnapshot(
            KeyType type, ReadMode mode, boolean knowsTheNewFiles) throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Store first = writable(mode);
        Store blind = Caches.separate(directory, options(mode));
        List<Path> old = write(keys, first);
        Await.until(
                "the snapshot is written", () -> Files.exists(Caches.paths(directory).snapshot()));
        first.close();
        Store reader = Caches.separate(directory, options(mode));
        assertThat(snapshotOf(reader)).isNotNull();
        write(keys, blind);
        blind.close();
        if (knowsTheNewFiles) {
            reader.catalog().refresh();
        }
        delete(old);

        Caches.assertAllRight(reader, keys);

        assertThat(snapshotOf(reader)).isNotNull();
        assertThat(snapshotOf(reader).damaged()).isFalse();
        assertThat(reader.stats().corruptRows()).isZero();
        assertThat(reader.rowCount()).isEqualTo(ROWS);
        assertThat(reader.segments()).hasSize(ROWS / 50);
        reader.close();
    }

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "INT64, POSITIONAL", "UTF8, MAPPED", "UTF8, POSITIONAL"})
    void refresh_openFilesWereReplaced_letsGoOfThem(KeyType type, ReadMode mode)
            throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Store blind = Caches.separate(directory, options(mode));
        Store reader = writable(mode);
        List<Path> old = write(keys, reader);
        Caches.assertAllRight(reader, keys);
        write(keys, blind);
        blind.close();
        delete(old);

        assertThat(reader.catalog().refresh()).isEqualTo(ROWS / 50);

        assertThat(reader.segments()).hasSize(ROWS / 50);
        assertThat(reader.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(reader, keys);
        assertThat(Caches.put(reader, keys).stored()).isZero();
        reader.close();
    }

    @ParameterizedTest
    @CsvSource({"INT64, MAPPED", "UTF8, POSITIONAL"})
    void keys_anotherClearedFilesThatWereNotOpen_areNone(KeyType type, ReadMode mode)
            throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        Store first = writable(mode);
        write(keys, first);
        Await.until(
                "the snapshot is written", () -> Files.exists(Caches.paths(directory).snapshot()));
        Store reader = Caches.separate(directory, options(mode));
        first.upkeep().clear();
        first.close();
        assertThat(reader.keys().size()).isZero();
        assertThat(reader.rowCount()).isZero();
        reader.close();
    }

    @Test
    void refresh_filesWereDeleted_makesTheirRowsMissesThatCanBePutAgain() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store reader = writable(ReadMode.MAPPED);
        delete(write(keys, reader).subList(0, 2));
        reader.catalog().refresh();
        assertThat(reader.missing(keys)).hasSize(100);
        assertThat(reader.rowCount()).isEqualTo(ROWS - 100);
        assertThat(Caches.put(reader, keys).stored()).isEqualTo(100);
        assertThat(reader.flush()).isTrue();
        Caches.assertAllRight(reader, keys);
        reader.close();
    }

    @Test
    void refresh_aFileIsListedAgain_servesItsRowsAgain() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store reader = writable(ReadMode.MAPPED);
        Path file = write(keys, reader).get(3);
        Path aside = directory.resolve("aside");
        Files.move(file, aside);
        reader.catalog().refresh();
        reader.catalog().refresh();
        assertThat(reader.rowCount()).isEqualTo(ROWS - 50);
        Files.move(aside, file);
        assertThat(reader.catalog().refresh()).isOne();
        assertThat(reader.rowCount()).isEqualTo(ROWS);
        Caches.assertAllRight(reader, keys);
        reader.close();
    }

    @Test
    void refresh_theWholeDirectoryIsAway_keepsAllFiles() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store reader = writable(ReadMode.MAPPED);
        write(keys, reader);
        Path segments = Caches.paths(directory).segments();
        Path aside = directory.resolve("aside");
        Files.move(segments, aside);
        for (int i = 0; i < 3; i++) {
            reader.catalog().refresh();
        }
        Files.move(aside, segments);
        reader.catalog().refresh();
        assertThat(reader.segments()).hasSize(ROWS / 50);
        Caches.assertAllRight(reader, keys);
        reader.close();
    }

    /** The copy that is served is in one file, another copy in a file that hides it. */
    @Test
    void refresh_theServedCopyIsGone_servesTheHiddenOne() throws IOException {
        Keys keys = ExpectedRows.keys(KeyType.INT64, 0, ROWS);
        Store one = writable(ReadMode.MAPPED);
        Store blind = Caches.separate(directory, options(ReadMode.MAPPED));
        List<Path> served = write(keys, one);
        write(keys, blind);
        blind.close();
        one.catalog().refresh();
        delete(served);
        one.catalog().refresh();
        one.catalog().refresh();
        Caches.assertAllRight(one, keys);
        assertThat(one.rowCount()).isEqualTo(ROWS);
        one.close();
    }

    @Test
    void after_oneListing_nothingHasVanished() {
        VanishedFiles vanished = new VanishedFiles(new FaultyStorage(), directory);
        assertThat(vanished.after(Set.of("a"), Set.of(), Set.of())).isEmpty();
        assertThat(vanished.waits()).isTrue();
    }
}
