package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.StaleTempFiles;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.internal.store.TrainingJob;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.scenario.programs.Account;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FailAtOperation;
import io.github.djlcachex.testing.FailAtOperation.Mode;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.OpenFiles;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Two runs of a training in which one operation of the storage fails, whichever it is. */
@Tag("T3")
class EveryOperationFailsTest {

    private static final Set<Op> ALL = EnumSet.allOf(Op.class);

    /** A kind of run, and the operations that it does, in order. */
    private record Setting(KeyType keyType, ReadMode readMode, List<Op> operations) {}

    private static List<Setting> settings(Reliability line) throws Exception {
        List<Setting> settings = new ArrayList<>();
        for (KeyType keyType : KeyType.values()) {
            for (ReadMode readMode : List.of(ReadMode.MAPPED, ReadMode.POSITIONAL)) {
                boolean quick = (keyType == KeyType.UTF8) == (readMode == ReadMode.POSITIONAL);
                if (!quick && !Reliability.longTier()) {
                    continue;
                }
                settings.add(new Setting(keyType, readMode, operations(keyType, readMode, line)));
            }
        }
        return settings;
    }

    private static List<Op> operations(KeyType keyType, ReadMode readMode, Reliability line)
            throws Exception {
        List<Op> operations = new ArrayList<>();
        try (QuickDirectory directory = new QuickDirectory()) {
            FaultyStorage storage = new FaultyStorage();
            storage.rule(
                    (op, file) -> {
                        synchronized (operations) {
                            operations.add(op);
                        }
                    });
            TrainingJob.Place place =
                    new TrainingJob.Place(
                            new Account(keyType), directory.path(), readMode, line, "no fault");
            try (TrainingJob job = place.open(storage)) {
                job.firstEpoch();
            }
            try (TrainingJob job = place.open(storage)) {
                job.laterEpochs();
            }
        }
        return operations;
    }

    private static void prove(String name, int demanded, Set<Mode> modes, Set<Op> failing)
            throws Exception {
        Reliability.proveInTime(
                name,
                demanded,
                line -> {
                    line.filesystem(QuickDirectory.filesystem());
                    for (Setting setting : settings(line)) {
                        for (Mode mode : modes) {
                            long most =
                                    setting.operations().stream().filter(failing::contains).count();
                            for (long number = 1; number <= most; number++) {
                                fail(setting, new FailAtOperation(number, mode, failing), line);
                            }
                        }
                    }
                });
    }

    /** One more training. Now and then it does fewer operations: only one that failed counts. */
    private static void fail(Setting setting, FailAtOperation fault, Reliability line)
            throws Exception {
        new Run(setting, fault, line).run();
        if (fault.happened()) {
            line.run();
        }
    }

    @Test
    void training_oneOperationFailsOnce_goesOnAndWritesAgain() throws Exception {
        Set<Mode> modes = EnumSet.of(Mode.ONCE);
        if (Reliability.longTier()) {
            modes.add(Mode.DONE);
        }
        prove("T3 every operation fails once", Reliability.runs(600, 2200), modes, ALL);
    }

    @Test
    void training_operationsFailForEver_goesOnAndWritesOnceTheyWork() throws Exception {
        prove(
                "T3 every operation fails for ever",
                Reliability.runs(600, 1100),
                EnumSet.of(Mode.FOR_EVER),
                ALL);
    }

    @Test
    void training_oneWriteIsTornOrShort_goesOnAndWritesAgain() throws Exception {
        prove(
                "T3 torn write",
                Reliability.runs(300, 600),
                EnumSet.of(Mode.TORN, Mode.SHORT),
                EnumSet.of(Op.WRITE));
    }

    @Test
    void training_oneReadIsShort_goesOn() throws Exception {
        prove(
                "T3 short read",
                Reliability.runs(200, 400),
                EnumSet.of(Mode.SHORT),
                EnumSet.of(Op.READ));
    }

    /** One training with one fault. */
    private static final class Run {
        private final Setting setting;
        private final FailAtOperation fault;
        private final Reliability line;
        private final FaultyStorage storage = new FaultyStorage();

        Run(Setting setting, FailAtOperation fault, Reliability line) {
            this.setting = setting;
            this.fault = fault;
            this.line = line;
            storage.rule(fault);
        }

        void run() throws Exception {
            try (QuickDirectory directory = new QuickDirectory()) {
                run(directory.path());
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        setting.keyType() + ", " + setting.readMode() + ", " + fault, e);
            }
        }

        private void run(Path directory) throws IOException {
            TrainingJob.Place place =
                    new TrainingJob.Place(
                            new Account(setting.keyType()),
                            directory,
                            setting.readMode(),
                            line,
                            fault);
            try (TrainingJob job = open(place)) {
                job.firstEpoch();
            }
            try (TrainingJob job = open(place)) {
                laterEpochs(job);
                writeAgain(job);
            }
            checkLeaks(directory);
            try (TrainingJob job = place.openSeparately(new FileStorage())) {
                job.hold();
                job.forward(0, 20);
                assertThat(job.flush()).isTrue();
                job.hold();
            }
        }

        /** Opening may fail, in one way, and only because of the fault. */
        private TrainingJob open(TrainingJob.Place place) {
            long before = fault.count();
            try {
                return place.open(storage);
            } catch (CacheIoException e) {
                assertThat(fault.happened()).isTrue();
                assertThat(before).isLessThan(fault.count());
                healIfForEver();
                return place.open(storage);
            }
        }

        private void healIfForEver() {
            if (fault.mode() == Mode.FOR_EVER) {
                storage.heal();
            }
        }

        private void laterEpochs(TrainingJob job) {
            try {
                job.laterEpochs();
            } catch (CacheIoException e) {
                assertThat(fault.happened()).as("clear fails because of the fault only").isTrue();
            }
        }

        private void writeAgain(TrainingJob job) {
            healIfForEver();
            boolean over = fault.happened();
            job.forward(100, 110);
            boolean complete = job.flush();
            if (over) {
                assertThat(complete).as("the cache writes again").isTrue();
                assertThat(job.cache().missing(job.keys(100, 110))).isEmpty();
            }
        }

        private void checkLeaks(Path directory) throws IOException {
            if (!TestThreads.ofCache().isEmpty()) {
                Await.until("the threads end", () -> TestThreads.ofCache().isEmpty());
            }
            assertThat(OpenFiles.below(directory)).isEmpty();
            StorePaths paths = Caches.paths(directory);
            ProcessIdentity another = new ProcessIdentity(1, 2, 3, 4, 5);
            long nextWeekMs = System.currentTimeMillis() + Duration.ofDays(7).toMillis();
            StaleTempFiles.remove(new FileStorage(), paths.generation(), another, nextWeekMs);
            StaleTempFiles.remove(new FileStorage(), paths.segments(), another, nextWeekMs);
            StaleTempFiles.remove(new FileStorage(), paths.index(), another, nextWeekMs);
            assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
        }
    }

    @Test
    void put_whileEveryWriteFails_keepsWhatWaitsWithinTheQueueAndTheMemoryTierWithinItsBytes()
            throws Exception {
        FaultyStorage storage = new FaultyStorage();
        try (QuickDirectory directory = new QuickDirectory()) {
            Map<StoreOption, Object> options =
                    Map.of(
                            StoreOption.SEGMENT_ROWS, 5L,
                            StoreOption.WRITE_QUEUE_BYTES, 4096L,
                            StoreOption.MEMORY_TIER_BYTES, 10_000L,
                            StoreOption.REFRESH_INTERVAL_MS, 0L);
            Store store = Caches.separate(directory.path(), options, storage);
            Caches.put(store, TestRows.range(-5, 0));
            storage.rule(FaultyStorage.failing(Op.WRITE, ".tmp", Integer.MAX_VALUE));
            long rowBytes = Caches.ROWS.schema().rowBytes();
            for (long from = 0; from < 20_000; from += 20) {
                Caches.put(store, TestRows.range(from, from + 20));
                // the last segment that was let in may pass the limit, and one more is open
                assertThat(store.pendingRows() * rowBytes)
                        .isLessThanOrEqualTo(4096 + 2 * 5 * rowBytes);
            }
            assertThat(Caches.flush(store, 60_000)).isTrue();
            assertThat(store.pendingRows()).isZero();
            assertThat(Caches.rightHits(store, TestRows.range(0, 20_000))).isLessThan(200);
            storage.heal();
            Caches.put(store, TestRows.range(0, 20));
            assertThat(Caches.flush(store, 60_000)).isTrue();
            Caches.assertAllRight(store, TestRows.range(0, 20));
            Caches.close(store);
        }
    }
}
