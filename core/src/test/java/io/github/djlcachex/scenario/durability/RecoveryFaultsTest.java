package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.internal.store.TrainingJob;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.Account;
import io.github.djlcachex.scenario.programs.Reopening;
import io.github.djlcachex.testing.FailAtOperation;
import io.github.djlcachex.testing.FailAtOperation.Mode;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.ForgettingStorage;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Faults and power losses while a directory is recovered: leftovers removed, a lost or damaged
 * contract written again, damaged segments repaired. The next plain opening must find every
 * acknowledged row that the first damage left.
 */
@Tag("T17")
class RecoveryFaultsTest {

    private static final Path ROOT = Path.of("/power");
    private static final Path CACHE = ROOT.resolve("cache");
    private static final StorePaths PATHS = Caches.paths(CACHE);
    private static final Path CONTRACT = PATHS.generation().resolve("contract.json");
    private static final byte[] GARBAGE = "{\"format\": 1, ".getBytes(StandardCharsets.UTF_8);
    private static final String FILESYSTEM = "one in memory that forgets; judged on ";
    private static final int DAMAGES = Reliability.runs(1, 20);

    private static final Set<Mode> MODES =
            Reliability.longTier()
                    ? EnumSet.allOf(Mode.class)
                    : EnumSet.of(Mode.ONCE, Mode.FOR_EVER);

    /** What happened before. */
    private enum Damage {
        LEFTOVERS,
        CONTRACT_MISSING,
        CONTRACT_GARBAGE,
        CONTRACT_EMPTY,
        SEGMENTS,
        ALL,
        CONTRACT_GARBAGE_AND_NO_SEGMENT
    }

    /** A damaged directory and what must be in it. */
    private record Scene(
            Damage damage, ForgettingStorage disk, Account account, ReadMode readMode) {

        static List<Scene> all(Reliability line) throws IOException {
            List<Scene> scenes = new ArrayList<>();
            for (Damage damage : Damage.values()) {
                boolean longs = scenes.size() % 2 == 0;
                Account account = new Account(longs ? KeyType.INT64 : KeyType.UTF8);
                ForgettingStorage disk = new ForgettingStorage(ROOT);
                ReadMode readMode = longs ? ReadMode.POSITIONAL : ReadMode.MAPPED;
                Scene scene = new Scene(damage, disk, account, readMode);
                try (TrainingJob job = scene.place(line, account, "before").openSeparately(disk)) {
                    job.firstEpoch();
                }
                scene.spoil();
                scenes.add(scene);
            }
            return scenes;
        }

        TrainingJob.Place place(Reliability line, Account itsAccount, Object context) {
            return new TrainingJob.Place(itsAccount, CACHE, readMode, line, context);
        }

        private void spoil() throws IOException {
            switch (damage) {
                case LEFTOVERS -> leaveBehind();
                case CONTRACT_MISSING -> disk.delete(CONTRACT);
                case CONTRACT_GARBAGE -> disk.place(CONTRACT, GARBAGE);
                case CONTRACT_EMPTY -> disk.place(CONTRACT, new byte[0]);
                case SEGMENTS -> spoilSegments();
                case ALL -> {
                    leaveBehind();
                    disk.place(CONTRACT, GARBAGE);
                    spoilSegments();
                }
                case CONTRACT_GARBAGE_AND_NO_SEGMENT -> {
                    disk.place(CONTRACT, GARBAGE);
                    for (String segment : disk.list(PATHS.segments())) {
                        disk.delete(PATHS.segments().resolve(segment));
                    }
                    account.clear();
                }
            }
        }

        /** What a process that was killed left in both directories. */
        private void leaveBehind() {
            ProcessIdentity now = ProcessIdentity.current();
            ProcessIdentity gone =
                    new ProcessIdentity(now.host(), now.boot(), now.namespace(), 999_999_999, 1);
            String name = new SegmentName(new WriterId(gone, 1), 0).temporaryFile();
            disk.place(PATHS.generation().resolve(name), GARBAGE);
            disk.place(PATHS.segments().resolve(name), GARBAGE);
        }

        /** One row of one segment is wrong, and one file with a segment's name is none. */
        private void spoilSegments() throws IOException {
            account.damage(0);
            Keys key = account.keys(List.of(0L));
            byte[] row = new byte[Caches.ROWS.schema().columns().get(0).rowBytes()];
            Caches.ROWS.batch(key).buffer(0).get(0, row);
            for (String segment : disk.list(PATHS.segments())) {
                Path file = PATHS.segments().resolve(segment);
                byte[] bytes = disk.bytes(file).clone();
                int offset = TestFiles.indexOf(bytes, row);
                if (offset >= 0) {
                    bytes[offset] ^= 4;
                    disk.place(file, bytes);
                }
            }
            String name = new SegmentName(WriterId.draw(), 0).committedFile();
            disk.place(PATHS.segments().resolve(name), GARBAGE);
        }
    }

    /** The recovery of one scene, with a fault. */
    private record Recovery(Scene scene, FailAtOperation fault, Reliability line) {

        /**
         * Recovers on a copy of the scene and returns what is there then, not all of it durable.
         */
        ForgettingStorage run(Account account) {
            ForgettingStorage disk = scene.disk().settledCopy();
            FaultyStorage storage = new FaultyStorage(disk);
            storage.rule(fault);
            try (TrainingJob job = scene.place(line, account, this).openSeparately(storage)) {
                job.forward(0, 10);
                job.flush();
                job.cache().repair();
                job.forward(8, 12);
            } catch (CacheIoException | IOException e) {
                assertThat(fault.happened()).as(String.valueOf(e)).isTrue();
            }
            return disk;
        }

        TrainingJob.Place place(Account account) {
            return scene.place(line, account, this);
        }

        @Override
        public String toString() {
            return scene.damage() + ", " + fault;
        }
    }

    private interface Trial {
        void of(Recovery recovery) throws IOException;
    }

    /** Tries every operation of every scene's recovery. */
    private static void everywhere(Mode mode, Reliability line, Trial trial) throws Exception {
        line.filesystem(FILESYSTEM + QuickDirectory.filesystem());
        for (Scene scene : Scene.all(line)) {
            long k = 1;
            boolean reached = true;
            while (reached) {
                Recovery recovery = new Recovery(scene, new FailAtOperation(k, mode), line);
                long run = line.runs();
                try {
                    trial.of(recovery);
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError(recovery + ", from run " + run, e);
                }
                reached = recovery.fault().happened();
                k++;
            }
        }
    }

    @Test
    void recovery_anyOperationFails_isDoneByTheNextOpening() throws Exception {
        Reliability.proveInTime(
                "T17 fault during recovery",
                1000,
                line -> {
                    for (Mode mode : MODES) {
                        everywhere(
                                mode,
                                line,
                                recovery -> {
                                    Account account = recovery.scene().account().copy();
                                    ForgettingStorage disk = recovery.run(account);
                                    Reopening.check(
                                            disk,
                                            ROOT,
                                            recovery.place(account),
                                            line.runs() % 4 == 0);
                                    if (recovery.fault().happened()) {
                                        line.run();
                                    }
                                });
                    }
                });
    }

    @Test
    void recovery_powerLossAtAnyOperation_isDoneByTheNextOpening() throws Exception {
        Reliability.proveInTime(
                "T17 power loss during recovery",
                1000,
                line ->
                        everywhere(
                                Mode.FOR_EVER,
                                line,
                                recovery -> {
                                    Account account = recovery.scene().account().copy();
                                    ForgettingStorage disk = recovery.run(account);
                                    for (int i = 0; i < DAMAGES; i++) {
                                        Reopening.check(
                                                disk.powerLoss(new SplittableRandom(line.runs())),
                                                ROOT,
                                                recovery.place(account),
                                                line.runs() % 4 == 0);
                                        line.run();
                                    }
                                }));
    }
}
