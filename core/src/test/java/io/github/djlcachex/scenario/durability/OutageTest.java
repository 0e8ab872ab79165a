package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.WriterPrograms;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Filesystems that fail for a while and then work again: what cannot be read is not damaged. */
class OutageTest extends OutageScenario {

    @ParameterizedTest
    @MethodSource("kinds")
    void gather_openFilesFailForAWhile_findsAllRowsAgainAndStoresNoneTwice(
            ReadMode mode, KeyType type) throws IOException {
        Keys keys = write(type);
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            Caches.assertAllRight(cache, keys);
            fail(READING, "");
            for (int batch = 0; batch < 3; batch++) {
                forward(cache, keys);
            }
            storage.heal();
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == ROWS);
            assertThat(cache.rowCount()).isEqualTo(ROWS);
            assertThat(cache.flush().persistedRows()).isZero();
        }
        checkEachRowIsStoredOnce(keys);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void gather_everythingFailsSinceTheOpen_findsAllRowsAgainAndStoresNoneTwice(
            ReadMode mode, KeyType type) throws IOException {
        Keys keys = write(type);
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            fail(READING, "");
            for (int batch = 0; batch < 3; batch++) {
                forward(cache, keys);
            }
            storage.heal();
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == ROWS);
            assertThat(cache.rowCount()).isEqualTo(ROWS);
        }
        checkEachRowIsStoredOnce(keys);
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void gather_oneReadOfEachFileFails_missesNothing(ReadMode mode) throws IOException {
        Keys keys = write(KeyType.INT64);
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            Set<String> failed = new HashSet<>();
            storage.rule(
                    (op, file) -> {
                        if (op == Op.READ && failed.add(file.toString())) {
                            throw new IOException("injected: Stale file handle");
                        }
                    });
            Caches.assertAllRight(cache, keys);
            assertThat(failed).hasSizeGreaterThanOrEqualTo(ROWS / SEGMENT_ROWS);
        }
    }

    /** What was wrong on its way here is right once the file was opened again. */
    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void gather_rowIsWrongUntilTheFileIsOpenedAgain_missesNothing(ReadMode mode)
            throws IOException {
        Keys keys = TestRows.range(0, 100);
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, keys);
        }
        Path segment = TestFiles.only(directory, ".arrow");
        byte[] whole = Files.readAllBytes(segment);
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            Caches.assertAllRight(cache, keys);
            Caches.spoilRow(segment, 42);
            storage.rule(
                    (op, file) -> {
                        if (op == Op.OPEN && file.equals(segment)) {
                            TestFiles.overwrite(segment, 0, whole);
                        }
                    });
            Caches.assertAllRight(cache, keys);
            assertThat(cache.stats().corruptRows()).isZero();
        }
    }

    /** After a reconnect the old descriptors fail for ever. */
    @ParameterizedTest
    @MethodSource("kinds")
    void gather_openDescriptorsAreStale_findsAllRowsAgain(ReadMode mode, KeyType type)
            throws IOException {
        Keys keys = write(type);
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            Caches.assertAllRight(cache, keys);
            storage.staleDescriptors();
            // a file is opened again a few times in half a second at most, for all threads together
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == ROWS);
            storage.staleDescriptors();
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == ROWS);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void gather_directoryIsAwayForAWhile_findsAllRowsAgain(ReadMode mode, KeyType type)
            throws IOException {
        Keys keys = write(type);
        Path segments = Caches.paths(directory).segments();
        Path away = segments.resolveSibling("away");
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            Files.move(segments, away);
            assertThat(Caches.rightHits(cache, keys)).isZero();
            assertThat(Caches.put(cache, keys)).isEqualTo(Seams.put(0, ROWS, 0));
            Files.move(away, segments);
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == ROWS);
        }
        checkEachRowIsStoredOnce(keys);
    }

    /** Deleted is not unreadable: the rows are put again at once. */
    @ParameterizedTest
    @MethodSource("kinds")
    void put_filesWereDeletedBeforeTheyWereRead_storesTheirRows(ReadMode mode, KeyType type)
            throws IOException {
        Keys keys = write(type);
        try (FeatureCache cache = builder(mode).memoryTierBytes(0).open()) {
            for (Path segment : TestFiles.below(directory, ".arrow")) {
                Files.delete(segment);
            }
            assertThat(Caches.rightHits(cache, keys)).isZero();
            assertThat(Caches.put(cache, keys).stored()).isEqualTo(ROWS);
            assertThat(cache.flush().isComplete()).isTrue();
            Caches.assertAllRight(cache, keys);
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void put_rowCannotBeReadNow_keepsItInMemoryMeanwhile(KeyType type) throws IOException {
        Keys keys = write(type);
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).open()) {
            fail(READING, ".arrow");
            assertThat(Caches.rightHits(cache, keys)).isZero();
            assertThat(Caches.put(cache, keys)).isEqualTo(Seams.put(0, ROWS, 0));
            Caches.assertAllRight(cache, keys);
            assertThat(cache.stats().memoryHits()).isEqualTo(ROWS);
        }
        storage.heal();
        checkEachRowIsStoredOnce(keys);
    }

    @Test
    void gather_blocksOfTheSnapshotFailForAWhile_readsNoKeysAndFindsAllRowsAgain()
            throws IOException {
        Keys keys = write(KeyType.INT64);
        storage.forgetCalls();
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
            fail(READING, "checkpoint");
            assertThat(Caches.rightHits(cache, keys)).isZero();
            assertThat(Caches.put(cache, keys)).isEqualTo(Seams.put(0, 0, ROWS));
            assertThat(opened()).as("segments that were opened").isZero();
            storage.heal();
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == ROWS);
            assertThat(Caches.put(cache, keys)).isEqualTo(Seams.put(0, ROWS, 0));
        }
        checkEachRowIsStoredOnce(keys);
    }

    @Test
    void gather_oneReadOfTheSnapshotFails_missesNothingAndReadsNoKeys() throws IOException {
        Keys keys = write(KeyType.INT64);
        storage.forgetCalls();
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
            storage.rule(FaultyStorage.failing(Op.READ, "checkpoint", 1));
            assertThat(cache.missing(keys)).isEmpty();
            assertThat(opened()).as("segments that were opened").isZero();
        }
    }

    /** A damaged block makes the keys be read: what cannot be read then is waited for. */
    @Test
    void gather_snapshotIsDamagedInAnOutage_findsAllRowsOnceThatIsOver() throws IOException {
        Keys keys = write(KeyType.INT64);
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
            TestFiles.overwrite(Caches.paths(directory).snapshot(), 100, new byte[64]);
            fail(READING, ".arrow");
            for (int batch = 0; batch < 3; batch++) {
                forward(cache, keys);
            }
            storage.heal();
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == ROWS);
            assertThat(cache.rowCount()).isEqualTo(ROWS);
        }
        checkEachRowIsStoredOnce(keys);
    }

    @Test
    void outage_ofAThousandFiles_isLoggedInAFewLines() throws Exception {
        try (WatchedJvm child =
                WatchedJvm.in(scratch)
                        .flag("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
                        .start(ThousandFiles.class, directory)) {
            assertThat(child.awaitEnd(60)).as(child.errors()).isZero();
            assertThat(child.lines("found")).as(child.errors()).containsExactly("found again");
            assertThat(child.errors()).contains("cannot read ").hasSizeLessThan(20_000);
            assertThat(child.errors().lines().filter(line -> line.contains("WARN")))
                    .hasSizeLessThan(10);
        }
        checkEachRowIsStoredOnce(TestRows.range(0, 1000));
    }

    /** A cache of a thousand segments in an outage, in a JVM of its own that logs warnings. */
    static final class ThousandFiles {
        private ThousandFiles() {}

        public static void main(String[] args) {
            OutageTest test = new OutageTest();
            test.directory = Path.of(args[0]);
            Keys keys = TestRows.range(0, 1000);
            try (FeatureCache cache =
                    Caches.at(test.directory)
                            .durability(Durability.OS)
                            .indexSnapshotRows(0)
                            .segmentRows(1)
                            .open()) {
                Caches.putAndFlush(cache, keys);
            }
            try (FeatureCache cache = test.builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
                test.fail(READING, "");
                for (int batch = 0; batch < 20; batch++) {
                    forward(cache, keys);
                    cache.segments();
                }
                test.storage.heal();
                Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == 1000);
                WriterPrograms.say("found again");
            }
        }
    }

    /** Their keys are read once for all of them. */
    @Test
    void damage_ofManyFiles_isSearchedForInAFewPasses() throws IOException {
        Keys keys = TestRows.range(0, 200);
        try (FeatureCache cache =
                Caches.at(directory, storage)
                        .maintenance(MaintenanceMode.MANUAL)
                        .indexSnapshotRows(0)
                        .segmentRows(1)
                        .open()) {
            Caches.putAndFlush(cache, keys);
        }
        for (Path segment : TestFiles.below(directory, ".arrow")) {
            spoil(segment);
        }
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
            storage.forgetCalls();
            assertThat(Caches.rightHits(cache, keys)).isZero();
            assertThat(cache.stats().corruptRows()).isEqualTo(200);
        }
        assertThat(opened()).as("files that were opened").isLessThan(20 * 200);
    }

    private static void spoil(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        for (long key = 0; key < 200; key++) {
            byte[] row = new byte[64];
            Caches.ROWS.batch(Keys.of(key)).buffer(0).get(0, row);
            int at = TestFiles.indexOf(bytes, row);
            if (at > 0) {
                TestFiles.overwrite(segment, at, new byte[] {(byte) ~row[0]});
                return;
            }
        }
        throw new AssertionError(segment + " has none of the rows");
    }

    @ParameterizedTest
    @EnumSource(
            value = Op.class,
            names = {"OPEN", "READ", "MAP", "SIZE"})
    void flush_ownSegmentCannotBeOpened_reportsItsRowsAsPersistedAndWritesThemOnce(Op failing)
            throws IOException {
        Keys keys = TestRows.range(0, 100);
        try (FeatureCache cache = Caches.at(directory, storage).memoryTierBytes(0).open()) {
            fail(EnumSet.of(failing), ".arrow");
            FlushReport report = Caches.putAndFlush(cache, keys);
            assertThat(report.persistedRows()).isEqualTo(100);
            assertThat(report.lostRows()).isZero();
            storage.heal();
            Await.until("all rows are found", () -> Caches.rightHits(cache, keys) == 100);
            assertThat(Caches.put(cache, keys)).isEqualTo(Seams.put(0, 100, 0));
        }
        assertThat(TestFiles.below(directory, ".arrow")).hasSize(1);
        checkEachRowIsStoredOnce(keys);
    }

    /** A new contract would have another seed, and no key would be found again. */
    @Test
    void open_contractIsMissingAndSegmentsCannotBeReadNow_isRefused() throws IOException {
        Keys keys = write(KeyType.UTF8);
        Files.delete(TestFiles.only(directory, "contract.json"));
        fail(EnumSet.of(Op.READ), ".arrow");
        assertThatThrownBy(() -> builder(ReadMode.POSITIONAL).open())
                .isInstanceOf(CacheIoException.class);
        storage.heal();
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).open()) {
            Caches.assertAllRight(cache, keys);
        }
    }

    @Test
    void putNote_oneIsThereThatCannotBeReadNow_keepsThat() {
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).open()) {
            cache.putNote("a", "first");
            fail(EnumSet.of(Op.READ), ".note");
            assertThat(cache.note("a")).isEmpty();
            cache.putNote("a", "taken for missing");
            storage.heal();
            assertThat(cache.note("a")).contains("first");
            cache.putNote("a", "second");
            assertThat(cache.note("a")).contains("second");
        }
    }

    /** Two stores of one JVM, one directory: what one has deleted the other puts again. */
    @Test
    void put_anotherProcessCleared_storesTheRows() throws IOException {
        Keys keys = write(KeyType.INT64);
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).memoryTierBytes(0).open()) {
            Store other = Caches.separate(directory, Map.of(), new FileStorage());
            other.upkeep().clear();
            Caches.close(other);
            assertThat(Caches.rightHits(cache, keys)).isZero();
            assertThat(Caches.put(cache, keys).stored()).isEqualTo(ROWS);
        }
        checkEachRowIsStoredOnce(keys);
    }
}
