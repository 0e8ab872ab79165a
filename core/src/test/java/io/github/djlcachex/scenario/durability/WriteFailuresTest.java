package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Every step of a commit fails, once and for ever; writes are short. */
class WriteFailuresTest extends FaultyDiskScenario {

    @ParameterizedTest
    @CsvSource({
        "CREATE, .tmp",
        "WRITE, .tmp",
        "FORCE, .tmp",
        "RENAME, .arrow",
        "FORCE_DIRECTORY, segments"
    })
    void commit_oneStepFailsOnce_isRetriedUnderANewNameAndLosesNothing(Op op, String suffix) {
        try (FeatureCache cache = builder().readMode(ReadMode.MAPPED).open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.failing(op, suffix, 1));
            storage.forgetCalls();
            Caches.put(cache, SECOND);
            FlushReport report = cache.flush();
            assertThat(report.isComplete()).as(report.toString()).isTrue();
            assertThat(report.persistedRows()).isEqualTo(20);
            assertThat(report.failures()).isEmpty();
            assertThat(storage.filesOf(Op.CREATE)).hasSize(2).doesNotHaveDuplicates();
            Caches.assertAllRight(cache, TestRows.range(0, 30));
            assertThat(cache.rowCount()).isEqualTo(30);
        }
        assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
        assertOnDisk(TestRows.range(0, 30));
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, .tmp",
        "WRITE, .tmp",
        "FORCE, .tmp",
        "RENAME, .arrow",
        "FORCE_DIRECTORY, segments"
    })
    void commit_oneStepFailsForEver_losesTheRowsSaysSoAndWorksAgain(Op op, String suffix) {
        try (FeatureCache cache = builder().segmentRows(15).memoryTierBytes(0).open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.failing(op, suffix, Integer.MAX_VALUE));
            assertThat(Caches.put(cache, SECOND)).isEqualTo(Seams.put(20, 0, 0));
            FlushReport report = cache.flush();
            assertThat(report.isComplete()).isFalse();
            assertThat(report.persistedRows()).isZero();
            assertThat(report.lostRows()).isEqualTo(20);
            assertThat(report.failures())
                    .hasSize(2)
                    .allMatch(reason -> reason.contains("injected: " + op));
            assertThat(cache.stats().lostRows()).isEqualTo(20);

            assertThat(Caches.rightHits(cache, SECOND)).isZero();
            assertThat(cache.missing(SECOND)).hasSize(20);
            assertThat(cache.rowCount()).isEqualTo(10);
            assertThat(cache.keys()).isEqualTo(FIRST);
            Caches.assertAllRight(cache, FIRST);
            assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
            assertThat(TestFiles.below(directory, ".arrow")).hasSize(1);

            storage.heal();
            assertThat(Caches.put(cache, SECOND)).isEqualTo(Seams.put(20, 0, 0));
            FlushReport after = cache.flush();
            assertThat(after.persistedRows()).isEqualTo(20);
            assertThat(after.lostRows()).isZero();
            assertThat(after.failures()).isEmpty();
            assertThat(cache.rowCount()).isEqualTo(30);
            Caches.assertAllRight(cache, TestRows.range(0, 30));
        }
        assertOnDisk(TestRows.range(0, 30));
    }

    /** The rows are on disk, but this process cannot see them yet. */
    @Test
    void commit_fileCannotBeOpenedAfterwards_isReadOnceItCanBe() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.failing(Op.OPEN, ".arrow", Integer.MAX_VALUE));
            Caches.put(cache, SECOND);
            FlushReport report = cache.flush();
            assertThat(report.persistedRows()).isEqualTo(20);
            assertThat(report.lostRows()).isZero();
            assertThat(cache.refresh()).isZero();
            assertThat(Caches.rightHits(cache, SECOND)).isZero();
            storage.heal();
            Await.until("the rows are found", () -> Caches.rightHits(cache, SECOND) == 20);
            Caches.assertAllRight(cache, TestRows.range(0, 30));
            assertThat(cache.rowCount()).isEqualTo(30);
        }
    }

    @Test
    void commit_failsAndCannotBeRemovedEither_servesNoWrongRow() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(
                    (op, file) -> {
                        if (op == Op.FORCE_DIRECTORY || op == Op.DELETE) {
                            throw new IOException("injected: " + op);
                        }
                    });
            Caches.put(cache, SECOND);
            assertThat(cache.flush().lostRows()).isEqualTo(20);
            storage.heal();
            // two copies were committed after all
            assertThat(cache.refresh()).isEqualTo(2);
            Caches.assertAllRight(cache, TestRows.range(0, 30));
            assertThat(cache.rowCount()).isEqualTo(30);
        }
        assertOnDisk(TestRows.range(0, 30));
    }

    @Test
    void commit_failsTwiceWithOneAndTheSameError_losesTheRowsAndGoesOn() {
        OutOfMemoryError same = new OutOfMemoryError("the JVM has only one of these left");
        try (FeatureCache cache = builder().open()) {
            storage.rule(
                    (op, file) -> {
                        if (op == Op.WRITE && file.toString().contains("segments")) {
                            throw same;
                        }
                    });
            Caches.put(cache, FIRST);
            assertThat(cache.flush().lostRows()).isEqualTo(10);
            storage.heal();
            Caches.putAndFlush(cache, SECOND);
        }
        assertOnDisk(SECOND);
    }

    @Test
    void synchronousPut_thatCannotBeWritten_declinesItsRows() {
        try (FeatureCache cache = builder().writeMode(WriteMode.SYNCHRONOUS).open()) {
            Caches.put(cache, SECOND); // writes the contract too
            storage.rule(FaultyStorage.failing(Op.FORCE, ".tmp", 2));
            assertThat(Caches.put(cache, FIRST)).isEqualTo(Seams.put(0, 0, 10));
            assertThat(Caches.put(cache, FIRST)).isEqualTo(Seams.put(10, 0, 0));
        }
        assertOnDisk(TestRows.range(0, 30));
    }

    @Test
    void commit_anErrorInsteadOfAnException_isAFailedWriteToo() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(
                    (op, file) -> {
                        if (op == Op.WRITE) {
                            throw new OutOfMemoryError("injected");
                        }
                    });
            Caches.put(cache, SECOND);
            FlushReport report = cache.flush();
            assertThat(report.lostRows()).isEqualTo(20);
            assertThat(report.failures()).singleElement().asString().contains("OutOfMemory");
            storage.heal();
            Caches.putAndFlush(cache, SECOND);
        }
        assertOnDisk(TestRows.range(0, 30));
    }

    @Test
    void commit_anyOrder_forcesTheFileThenRenamesThenForcesTheDirectory() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.forgetCalls();
            Caches.put(cache, SECOND);
            assertThat(cache.flush().isComplete()).isTrue();
            List<Op> order =
                    storage.calls().stream()
                            .filter(call -> !call.file().endsWith("limits.json")) // none is there
                            .map(FaultyStorage.Call::op)
                            .filter(op -> op != Op.LIST && op != Op.READ)
                            .distinct()
                            .toList();
            assertThat(order)
                    .startsWith(
                            Op.CREATE,
                            Op.WRITE,
                            Op.FORCE_SOON,
                            Op.FORCE,
                            Op.RENAME,
                            Op.FORCE_DIRECTORY);
        }
    }

    @Test
    void commit_durabilityOs_forcesNothing() {
        try (FeatureCache cache = builder().durability(Durability.OS).open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.forgetCalls();
            Caches.put(cache, SECOND);
            assertThat(cache.flush().isComplete()).isTrue();
            assertThat(storage.filesOf(Op.FORCE_SOON)).isEmpty();
            assertThat(storage.filesOf(Op.FORCE)).isEmpty();
            assertThat(storage.filesOf(Op.FORCE_DIRECTORY)).isEmpty();
            assertThat(storage.filesOf(Op.RENAME)).hasSize(1);
        }
        assertOnDisk(TestRows.range(0, 30));
    }

    @Test
    void fsync_thatFailed_isNeverTriedOnTheSameFileAgain() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.forgetCalls();
            storage.rule(FaultyStorage.failing(Op.FORCE, ".tmp", Integer.MAX_VALUE));
            Caches.put(cache, SECOND);
            assertThat(cache.flush().lostRows()).isEqualTo(20);
            assertThat(storage.filesOf(Op.FORCE)).hasSize(2).doesNotHaveDuplicates();
            assertThat(storage.filesOf(Op.RENAME)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4096})
    void write_thatIsShort_isCompleted(int bytes) {
        storage.maxTransferBytes(bytes);
        for (ReadMode mode : List.of(ReadMode.MAPPED, ReadMode.POSITIONAL)) {
            Path own = directory.resolve(mode.name());
            try (FeatureCache cache = Caches.at(own, storage).readMode(mode).open()) {
                Caches.putAndFlush(cache, FIRST);
                Caches.assertAllRight(cache, FIRST);
            }
        }
    }

    @Test
    void report_manyFailures_holdsTheLastSixteen() {
        try (FeatureCache cache = builder().segmentRows(1).memoryTierBytes(0).open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.failing(Op.CREATE, ".tmp", Integer.MAX_VALUE));
            Caches.put(cache, SECOND);
            FlushReport report = cache.flush();
            assertThat(report.lostRows()).isEqualTo(20);
            assertThat(report.failures()).hasSize(16);
            assertThat(cache.flush().isComplete()).as("each loss is reported once").isTrue();
        }
    }

    @Test
    void index_ofManyLostRows_isRebuiltAndServesTheOthers() {
        try (FeatureCache cache = builder().segmentRows(500).memoryTierBytes(0).open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.failing(Op.CREATE, ".tmp", Integer.MAX_VALUE));
            for (int round = 1; round <= 5; round++) {
                Caches.put(cache, TestRows.range(1000L * round, 1000L * round + 1000));
                assertThat(cache.flush().lostRows()).isEqualTo(1000);
                assertThat(cache.rowCount()).isEqualTo(10);
            }
            storage.heal();
            Caches.putAndFlush(cache, TestRows.range(1000, 3000));
            assertThat(cache.rowCount()).isEqualTo(2010);
            Caches.assertAllRight(cache, FIRST);
            Caches.assertAllRight(cache, TestRows.range(1000, 3000));
            assertThat(Caches.rightHits(cache, TestRows.range(3000, 6000))).isZero();
        }
    }

    @Test
    void synchronousPut_returnsAfterTheRowsAreOnDisk() {
        FeatureCache cache = builder().writeMode(WriteMode.SYNCHRONOUS).open();
        try (cache) {
            Caches.put(cache, FIRST);
            assertThat(cache.stats().persistedRows()).isEqualTo(10);
            assertOnDiskOfAnotherProcess(FIRST);
        }
    }

    private void assertOnDiskOfAnotherProcess(Keys keys) {
        try {
            Store other = Caches.separate(directory, Map.of());
            Caches.assertAllRight(other, keys);
            Caches.close(other);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"CREATE", "WRITE", "FORCE"})
    void contract_thatCannotBeWritten_failsNoPutAndLeavesNoFile(Op op) throws IOException {
        try (FeatureCache cache = builder().open()) {
            storage.rule(FaultyStorage.failing(op, ".tmp", Integer.MAX_VALUE));
            for (int i = 0; i < 5; i++) {
                assertThat(Caches.put(cache, FIRST)).isEqualTo(Seams.put(0, 0, 10));
            }
            Caches.assertAllRight(cache, FIRST);
            assertThat(cache.stats().memoryHits()).isEqualTo(10);
            assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
            assertThat(TestFiles.below(directory, ".json")).isEmpty();
            storage.heal();
            Caches.putAndFlush(cache, FIRST);
        }
        assertThat(Files.exists(TestFiles.only(directory, "contract.json"))).isTrue();
        assertOnDisk(FIRST);
    }

    @Test
    void put_directoryWasDeleted_makesItAgainAndLosesNothing() {
        try (FeatureCache cache = builder().open()) {
            Caches.putAndFlush(cache, FIRST);
            TestFiles.deleteAll(Caches.paths(directory).module());
            Caches.put(cache, SECOND);
            assertThat(cache.flush().persistedRows()).isEqualTo(20);
            Caches.assertAllRight(cache, TestRows.range(0, 30));
        }
        assertOnDisk(SECOND);
    }
}
