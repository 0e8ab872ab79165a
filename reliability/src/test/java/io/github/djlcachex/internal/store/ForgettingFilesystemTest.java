package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.ForgettingDisk;
import io.github.djlcachex.testing.ForgettingFilesystem;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Strace;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The power fails at a random moment under a writer whose filesystem forgets what was not forced.
 *
 * <p>Half of the failures lose all of that, half keep some names, sectors and files of it. The
 * machine is off for the writer too: it is killed, and the filesystem is unmounted, so that the
 * kernel's caches are empty when it comes back.
 */
@Tag("T5")
class ForgettingFilesystemTest {

    private static final int CYCLES = 100;

    /** Then a new disk, so that opening stays quick. */
    private static final int CYCLES_OF_A_DISK = 15;

    private static final int CYCLES_WITHOUT_FSYNC = 5;
    private static final int MAX_WRITING_MS = 800;

    /** So long takes a JVM to open the cache: some failures hit it there. */
    private static final int MAX_OPENING_MS = 1000;

    @TempDir Path errors;
    @TempDir Path mountPoint;
    private final Random random = new Random(20_261_121);

    /** A disk and what was acknowledged on it. */
    private static final class Machine {
        final Durability durability;
        ForgettingDisk disk = new ForgettingDisk();
        long acknowledged;
        long checks;
        long lost;
        long wrong;

        Machine(Durability durability) {
            this.durability = durability;
        }

        void checked(String said) {
            String[] words = said.split(" ", -1);
            checks++;
            lost += Long.parseLong(words[1]);
            wrong += Long.parseLong(words[2]);
        }

        /** Passes over a check that the failure interrupted: the next one looks again. */
        void acknowledge(String said) {
            if (said.matches("flushed [0-9]+0")) {
                acknowledged = Math.max(acknowledged, Long.parseLong(said.substring(8)));
            }
        }
    }

    @Test
    void powerLoss_atAnyMoment_losesNothingAcknowledged() throws Exception {
        Reliability.prove(
                "T5 power loss on a forgetting filesystem",
                CYCLES,
                line -> {
                    skipWhereItCannotBeMounted(line);
                    line.filesystem("FUSE, one that forgets");
                    long forgotten = lostWithoutFsync();
                    long acknowledged = 0;
                    while (line.runs() < CYCLES) {
                        Machine machine = new Machine(Durability.FSYNC);
                        for (int i = 0; i <= CYCLES_OF_A_DISK; i++) {
                            cycle(machine, anyMoment());
                        }
                        cycle(machine, this::whileWriting);
                        line.runs(machine.checks - 1); // the first found an empty disk
                        line.lost(machine.lost);
                        line.wrong(machine.wrong);
                        acknowledged += machine.acknowledged;
                    }
                    line.note(
                            "%d rows acknowledged; the same with durability OS lost %d rows in %d"
                                            .formatted(
                                                    acknowledged, forgotten, CYCLES_WITHOUT_FSYNC)
                                    + " losses, as it says");
                    assertThat(acknowledged).isPositive();
                    assertThat(forgotten).as("lost where nothing is forced").isPositive();
                });
    }

    /** Shows that the filesystem forgets: what was acknowledged without force is gone. */
    private long lostWithoutFsync() throws Exception {
        long lost = 0;
        for (int i = 0; i < CYCLES_WITHOUT_FSYNC; i++) {
            Machine machine = new Machine(Durability.OS);
            cycle(machine, this::afterSomeFlushes);
            cycle(machine, this::whileWriting);
            lost += machine.lost;
            assertThat(machine.wrong).isZero();
        }
        return lost;
    }

    /** The moment of a power loss. */
    private interface Moment {
        void await(Machine machine, ChildJvm writer) throws Exception;
    }

    private void afterSomeFlushes(Machine machine, ChildJvm writer) throws Exception {
        machine.checked(writer.awaitLine("checked"));
        for (int flushes = 0; flushes <= random.nextInt(10); flushes++) {
            machine.acknowledge(writer.awaitLine("flushed"));
        }
    }

    private void whileWriting(Machine machine, ChildJvm writer) throws Exception {
        machine.checked(writer.awaitLine("checked"));
        Thread.sleep(random.nextInt(MAX_WRITING_MS));
    }

    private void whileOpening(Machine machine, ChildJvm writer) throws Exception {
        Thread.sleep(random.nextInt(MAX_OPENING_MS));
    }

    private Moment anyMoment() {
        List<Moment> moments =
                List.of(this::whileOpening, this::whileWriting, this::afterSomeFlushes);
        return moments.get(random.nextInt(moments.size()));
    }

    /** Starts a writer, lets it check and write, and cuts the power. */
    private void cycle(Machine machine, Moment moment) throws Exception {
        try (ForgettingFilesystem filesystem = new ForgettingFilesystem(machine.disk)) {
            filesystem.mountOn(mountPoint);
            try (ChildJvm writer = start(machine)) {
                moment.await(machine, writer);
                boolean all = machine.durability == Durability.OS || random.nextBoolean();
                machine.disk = machine.disk.losePower(random, all);
                writer.kill().forEach(machine::acknowledge);
            }
        }
    }

    private ChildJvm start(Machine machine) throws Exception {
        return ChildJvm.start(
                errors,
                PowerLossWriter.class,
                mountPoint.resolve("cache"),
                machine.acknowledged,
                machine.durability);
    }

    private void skipWhereItCannotBeMounted(Reliability line) {
        if (!Files.isWritable(Path.of("/dev/fuse")) || !Strace.isInstalled("fusermount")) {
            line.skip("no /dev/fuse, or fusermount (package fuse3) is not installed");
        }
        try (ForgettingFilesystem filesystem = new ForgettingFilesystem(new ForgettingDisk())) {
            filesystem.mountOn(mountPoint);
        } catch (UnsatisfiedLinkError e) {
            line.skip("libfuse.so.2 (package libfuse2) is not installed");
        } catch (IOException e) {
            line.skip(e.getMessage());
        }
    }
}
