package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.ReadProgress;
import io.github.djlcachex.cache.RepairOptions;
import io.github.djlcachex.cache.RepairReport;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What a repair keeps, moves and gives back. */
class RepairTest {

    private static final Keys KEYS = TestRows.range(0, 200);
    private static final Keys FEW = TestRows.range(0, 10);

    @TempDir Path directory;

    private Path write(Keys keys) {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, keys);
            return cache.segments().get(cache.segments().size() - 1).file();
        }
    }

    private Path damaged(Path segment) {
        return Caches.paths(directory).damaged().resolve(segment.getFileName());
    }

    @Test
    void repair_ofIntactFiles_doesNothing() {
        Path segment = write(KEYS);
        try (FeatureCache cache = Caches.at(directory).open()) {
            RepairReport report = cache.repair();
            assertThat(report.found().isIntact()).isTrue();
            assertThat(report.movedTo()).isEmpty();
            assertThat(report.savedRows()).isZero();
            Caches.assertAllRight(cache, KEYS);
        }
        assertThat(segment).exists();
        assertThat(Caches.paths(directory).damaged()).doesNotExist();
    }

    @Test
    void repair_withProgress_countsADamagedFileTwice() throws IOException {
        write(KEYS);
        write(TestRows.range(1000, 1100));
        List<Path> files = TestFiles.below(directory, ".arrow");
        long bytes = Files.size(files.get(0)) + Files.size(files.get(1));
        // The names of files are drawn; KEYS are more than the others.
        Path damaged = files.get(Files.size(files.get(0)) > bytes / 2 ? 0 : 1);
        long damagedBytes = Files.size(damaged);
        Caches.spoilRow(damaged, 3);
        List<Long> read = new ArrayList<>();
        List<Long> toBeRead = new ArrayList<>();
        try (FeatureCache cache = Caches.at(directory).open()) {
            ReadProgress progress =
                    (sofar, of) -> {
                        read.add(sofar);
                        toBeRead.add(of);
                    };
            cache.repair(RepairOptions.builder().progress(progress).build());
            long all = bytes + damagedBytes;
            assertThat(toBeRead).containsExactly(bytes, bytes, bytes, all);
            assertThat(read).hasSize(4).isSorted().startsWith(0L).endsWith(bytes, all);
        }
    }

    @Test
    void repair_whileAnotherMovesTheFile_leavesItToTheOther() throws IOException {
        Path segment = write(KEYS);
        Caches.spoilRow(segment, 3);
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    if (op == FaultyStorage.Op.RENAME && file.equals(damaged(segment))) {
                        Files.move(segment, file);
                    }
                });
        Store store = Caches.separate(directory, Map.of(), storage);
        RepairReport report = Seams.report(store.upkeep().repair((bytes, of) -> {}));
        assertThat(report.movedTo()).isEmpty();
        assertThat(damaged(segment)).exists();
        assertThat(Caches.rightHits(store, KEYS)).isEqualTo(199);
        Caches.close(store);
    }

    /** Through a network filesystem's cache a whole file can look short for a while. */
    @Test
    void repair_fileThatOnlyLookedDamaged_leavesItOrGivesItBack() throws IOException {
        Path segment = write(KEYS);
        byte[] whole = Files.readAllBytes(segment);
        // A check that fails opens the file twice. There is one by verify, one before the file is
        // moved, and one after.
        for (int seenShort = 1; seenShort <= 4; seenShort++) {
            AtomicInteger reads = new AtomicInteger();
            int shortOpens = seenShort;
            FaultyStorage storage = new FaultyStorage();
            storage.rule(
                    (op, file) -> {
                        if (op == FaultyStorage.Op.OPEN && file.toString().endsWith(".arrow")) {
                            boolean early = reads.incrementAndGet() <= shortOpens;
                            Files.write(file, early ? Arrays.copyOf(whole, 1000) : whole);
                        }
                    });
            try (FeatureCache cache = Caches.at(directory).open()) {
                Caches.assertAllRight(cache, KEYS);
            }
            Store store = Caches.separate(directory, Map.of(), storage);
            reads.set(0);
            RepairReport report = Seams.report(store.upkeep().repair((bytes, of) -> {}));
            assertThat(report.found().isIntact()).isFalse();
            assertThat(report.movedTo()).as("%s openings saw half", seenShort).isEmpty();
            Caches.close(store);
            assertThat(segment).hasBinaryContent(whole);
            assertThat(damaged(segment)).doesNotExist();
        }
    }

    @Tag("variable-rows")
    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void repair_aDamagedRow_savesTheOthersAndMovesTheFile(ReadMode mode) throws IOException {
        Path segment = write(KEYS);
        Caches.spoilRow(segment, 7);
        byte[] bytes = Files.readAllBytes(segment);
        try (FeatureCache cache =
                Caches.at(directory).readMode(mode).memoryTierBytes(0).segmentBytes(4096).open()) {
            RepairReport report = cache.repair();
            assertThat(report.savedRows()).isEqualTo(199);
            assertThat(report.movedTo()).containsExactly(damaged(segment));
            assertThat(report.found().badRows()).isOne();
            assertServesAllButKey7(cache);
            assertThat(cache.segments()).as("of 4096 bytes").hasSizeGreaterThan(3);
            Caches.putAndFlush(cache, Keys.of(7));
            Caches.assertAllRight(cache, KEYS);
            assertThat(cache.verify().isIntact()).isTrue();
        }
        assertThat(segment).doesNotExist();
        assertThat(Files.readAllBytes(damaged(segment))).isEqualTo(bytes);
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.stats().skippedSegments()).isZero();
            Caches.assertAllRight(cache, KEYS);
        }
    }

    private static void assertServesAllButKey7(FeatureCache cache) {
        assertThat(cache.rowCount()).isEqualTo(199);
        assertThat(cache.contains(7)).isFalse();
        assertThat(Caches.rightHits(cache, KEYS)).isEqualTo(199);
        assertThat(cache.keys().size()).isEqualTo(199);
    }

    @Tag("variable-rows")
    @Test
    void repair_aDamagedRowOfStringKeys_savesTheOthers() throws IOException {
        Keys keys = Keys.of("one", "two", "three");
        Path segment = write(keys);
        Caches.spoilRow(segment, keys.select(new int[] {1}));
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.repair().savedRows()).isEqualTo(2);
            Caches.assertAllRight(cache, Keys.of("one", "three"));
            assertThat(cache.contains("two")).isFalse();
            assertThat(cache.rowCount()).isEqualTo(2);
        }
    }

    @Test
    void repair_aFileThatCannotBeOpened_movesItAndCostsItsRowsAlone() throws IOException {
        Path segment = write(KEYS);
        write(TestRows.range(500, 510));
        TestFiles.truncate(segment, 100);
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.repair().movedTo()).containsExactly(damaged(segment));
            assertThat(cache.rowCount()).isEqualTo(10);
            Caches.assertAllRight(cache, TestRows.range(500, 510));
            Caches.putAndFlush(cache, KEYS);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.stats().skippedSegments()).isZero();
            Caches.assertAllRight(cache, KEYS);
        }
    }

    @Test
    void repair_aFileDamagedUnderTheOpenCache_letsGoOfIt() throws IOException {
        Path segment = write(KEYS);
        try (FeatureCache cache = Caches.at(directory).memoryTierBytes(0).open()) {
            Caches.assertAllRight(cache, KEYS);
            TestFiles.truncate(segment, Files.size(segment) - 10);
            assertThat(cache.repair().movedTo()).hasSize(1);
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.segments()).isEmpty();
            assertThat(cache.keys().size()).isZero();
            assertThat(Caches.rightHits(cache, KEYS)).isZero();
            Caches.putAndFlush(cache, KEYS);
            Caches.assertAllRight(cache, KEYS);
        }
    }

    @Test
    void repair_aDamagedContract_writesItAgain() throws IOException {
        write(KEYS);
        Path contract = TestFiles.only(directory, "contract.json");
        try (FeatureCache cache = Caches.at(directory).open()) {
            Files.writeString(contract, "{");
            assertThat(cache.repair().found().contractProblem()).isPresent();
            assertThat(cache.verify().isIntact()).isTrue();
        }
        assertThat(TestFiles.below(directory, ".json"))
                .as("the damaged one is kept")
                .hasSize(2)
                .contains(contract);
    }

    @Test
    void repair_aFileOfAnotherModule_leavesIt() throws IOException {
        Path segment = write(KEYS);
        try (FeatureCache other =
                FeatureCache.builder().directory(directory).moduleId("other").open()) {
            other.put(KEYS, Caches.ROWS.batch(KEYS));
            other.flush();
            Path foreign = other.segments().get(0).file();
            Files.copy(foreign, segment.resolveSibling(foreign.getFileName()));
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.repair().movedTo()).isEmpty();
            assertThat(TestFiles.below(cache.directory(), ".arrow")).hasSize(2);
        }
    }

    @Test
    void repair_aFileThatWasPutBack_keepsBothCopies() throws IOException {
        Path segment = write(KEYS);
        TestFiles.truncate(segment, 100);
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.repair();
            Files.copy(damaged(segment), segment);
            Path second = cache.repair().movedTo().get(0);
            assertThat(second).isNotEqualTo(damaged(segment)).exists();
            assertThat(damaged(segment)).exists();
        }
    }

    @Test
    void repair_byAReader_isATypedException() throws IOException {
        Path segment = write(KEYS);
        Caches.spoilRow(segment, 7);
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            assertThatThrownBy(cache::repair)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("repair it from the writer");
        }
        assertThat(segment).exists();
    }

    /** A failure at any operation leaves every intact row readable, and the next repair ends it. */
    @Test
    void repair_anyOperationFails_losesNoIntactRow() throws IOException {
        int failures = 0;
        for (int failing = 0; ; failing++) {
            Path own = directory.resolve("fault-" + failing);
            if (!failsAt(own, failing)) {
                break;
            }
            failures++;
            try (FeatureCache cache = Caches.at(own).open()) {
                cache.repair();
                assertThat(Caches.rightHits(cache, FEW)).isEqualTo(9);
                assertThat(cache.verify().isIntact()).isTrue();
                assertThat(TestFiles.below(own, ".tmp")).isEmpty();
            }
        }
        assertThat(failures).isGreaterThan(20);
    }

    /** Repairs with one failing operation; returns whether it came to that. */
    private static boolean failsAt(Path own, int failing) throws IOException {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Caches.at(own, storage).memoryTierBytes(0).open()) {
            Caches.putAndFlush(cache, FEW);
            Caches.spoilRow(cache.segments().get(0).file(), 7);
            AtomicInteger left = new AtomicInteger(failing);
            storage.rule(
                    (op, file) -> {
                        if (left.getAndDecrement() == 0) {
                            throw new IOException("injected: " + op);
                        }
                    });
            try {
                cache.repair();
            } catch (CacheIoException expected) {
                assertThat(expected).hasMessageContaining("injected");
            }
            storage.heal();
            assertThat(Caches.rightHits(cache, FEW)).isEqualTo(9);
            return left.get() < 0;
        }
    }
}
