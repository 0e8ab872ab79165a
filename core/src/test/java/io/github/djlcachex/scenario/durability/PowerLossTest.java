package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.TrainingJob;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.scenario.programs.Account;
import io.github.djlcachex.scenario.programs.Reopening;
import io.github.djlcachex.testing.FailAtOperation;
import io.github.djlcachex.testing.FailAtOperation.Mode;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.ForgettingStorage;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.Reliability;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Power losses at every operation of one or two writers. What is left is opened by a plain store on
 * the real filesystem, which must have every acknowledged row and no wrong one.
 */
@Tag("T4")
class PowerLossTest {

    private static final Path ROOT = Path.of("/power");
    private static final Path CACHE = ROOT.resolve("made/by/opening");
    private static final String FILESYSTEM = "one in memory that forgets; judged on ";
    private static final int LIVE_DAMAGES = 2;
    private static final int DAMAGES = Reliability.runs(2, 50);

    /** A setting of one series of losses. */
    private record Setting(KeyType keyType, ReadMode readMode) {
        static Setting of(int number) {
            return new Setting(
                    number % 2 == 0 ? KeyType.INT64 : KeyType.UTF8,
                    number % 2 == 0 ? ReadMode.MAPPED : ReadMode.POSITIONAL);
        }
    }

    @Tag("variable-rows")
    @Test
    void powerLoss_atEveryOperation_losesNoAcknowledgedRow() throws Exception {
        Reliability.proveInTime(
                "T4 power loss",
                2000,
                line -> {
                    line.filesystem(FILESYSTEM + QuickDirectory.filesystem());
                    for (int number = 0; number < 2; number++) {
                        Setting setting = Setting.of(number);
                        alone(setting, line);
                        interleaved(setting, line);
                        afterOneFault(setting, line);
                    }
                });
    }

    /** One writer; the power goes at each of its operations. */
    private static void alone(Setting setting, Reliability line) throws Exception {
        long k = 1;
        boolean reached = true;
        while (reached) {
            Loss loss = new Loss(setting, line, new FailAtOperation(k, Mode.FOR_EVER), "alone");
            loss.epochs();
            reached = loss.fault.happened();
            loss.damage();
            k++;
        }
    }

    /**
     * Two writers: at each operation of one, the other one runs from beginning to end; then the
     * power goes, at once or a few operations later.
     */
    private static void interleaved(Setting setting, Reliability line) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        long k = 1;
        boolean reached = true;
        while (reached) {
            long at = k;
            FailAtOperation power = new FailAtOperation(k + random.nextInt(5), Mode.FOR_EVER);
            Loss loss = new Loss(setting, line, power, "interleaved at " + k);
            loss.storage.rule(
                    (op, file) -> {
                        if (power.count() == at - 1) {
                            loss.otherWriter();
                        }
                        power.before(op, file);
                    });
            loss.firstEpoch();
            reached = power.count() >= at;
            loss.damage();
            k++;
        }
    }

    /** One operation fails, the writer goes on, the power goes at the end. */
    private static void afterOneFault(Setting setting, Reliability line) throws Exception {
        long k = 1;
        boolean reached = true;
        while (reached) {
            Loss loss = new Loss(setting, line, new FailAtOperation(k, Mode.ONCE), "after a fault");
            loss.firstEpoch();
            reached = loss.fault.happened();
            loss.damage();
            k++;
        }
    }

    /**
     * Two writers that are open all the time: at each operation of one, the other one refreshes,
     * puts what both have, and acknowledges it; then the power goes at once. It stored only what it
     * did not find, so that its word covers names that the first one has not made durable yet.
     */
    @Test
    void powerLoss_afterAnotherWritersRowsWereFoundByRefresh_losesNoAcknowledgedRow()
            throws Exception {
        Reliability.proveInTime(
                "T4 power loss between two live writers",
                300,
                line -> {
                    line.filesystem(FILESYSTEM + QuickDirectory.filesystem());
                    int taken = 0;
                    for (int number = 0; number < 2; number++) {
                        taken += live(Setting.of(number), line);
                    }
                    line.note(taken + " losses after rows of the other one were acknowledged");
                    assertThat(taken).isPositive();
                });
    }

    /** Returns how often the second writer acknowledged rows that it had found. */
    private static int live(Setting setting, Reliability line) throws Exception {
        int taken = 0;
        long k = 1;
        boolean reached = true;
        while (reached) {
            Loss loss = new Loss(setting, line, new FailAtOperation(k, Mode.FOR_EVER), "both live");
            taken += loss.besideALiveWriter(k) ? 1 : 0;
            reached = loss.fault.happened();
            for (int again = 0; again < LIVE_DAMAGES; again++) {
                loss.damage();
            }
            k++;
        }
        return taken;
    }

    /** One power loss, and what is left of it in several ways. */
    private static final class Loss {
        private final Setting setting;
        private final Reliability line;
        private final FailAtOperation fault;
        private final String what;
        private final Account account;
        private final ForgettingStorage disk = new ForgettingStorage(ROOT);
        private final FaultyStorage storage = new FaultyStorage(disk);
        private final TrainingJob.Place place;

        Loss(Setting setting, Reliability line, FailAtOperation fault, String what) {
            this.setting = setting;
            this.line = line;
            this.fault = fault;
            this.what = what;
            this.account = new Account(setting.keyType());
            this.place = new TrainingJob.Place(account, CACHE, setting.readMode(), line, this);
            storage.rule(fault);
        }

        /** Two runs with a clear between; they end when the power is gone. */
        void epochs() {
            firstEpoch();
            try (TrainingJob job = place.openSeparately(storage)) {
                job.laterEpochs();
            } catch (CacheIoException | IOException e) {
                assertThat(fault.happened()).isTrue();
            }
        }

        void firstEpoch() {
            try (TrainingJob job = openAtLast()) {
                job.firstEpoch();
            } catch (IOException e) {
                assertThat(fault.happened()).isTrue();
            }
        }

        private TrainingJob openAtLast() throws IOException {
            try {
                return place.openSeparately(storage);
            } catch (IOException e) {
                return place.openSeparately(storage);
            }
        }

        /** Another process, which the faults do not hit. */
        void otherWriter() throws IOException {
            try (TrainingJob job = place.openSeparately(disk)) {
                job.forward(6, 11);
                assertThat(job.flush()).isTrue();
            }
        }

        /** Returns whether the other writer found rows and vouched for them. */
        boolean besideALiveWriter(long at) throws IOException {
            AtomicBoolean began = new AtomicBoolean();
            AtomicBoolean found = new AtomicBoolean();
            try (TrainingJob other = place.openSeparately(disk)) {
                storage.rule(
                        (op, file) -> {
                            if (fault.count() == at - 1 && began.compareAndSet(false, true)) {
                                other.cache().refresh();
                                found.set(other.putAll(0, 8) > 0);
                                assertThat(other.flush()).isTrue();
                            }
                            fault.before(op, file);
                        });
                firstEpoch();
                disk.powerOff(); // before the other one closes
            }
            return found.get();
        }

        void damage() throws Exception {
            disk.powerOff();
            for (int i = 0; i < DAMAGES; i++) {
                long seed = line.runs();
                try {
                    ForgettingStorage left = disk.powerLoss(new SplittableRandom(seed));
                    Reopening.check(left, ROOT, place, i == 0);
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError(this + ", damage " + seed, e);
                }
                line.run();
            }
        }

        @Override
        public String toString() {
            return what + ", " + setting + ", " + fault;
        }
    }
}
