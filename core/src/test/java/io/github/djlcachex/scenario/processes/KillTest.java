package io.github.djlcachex.scenario.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.WriterPrograms;
import io.github.djlcachex.testing.Acknowledged;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestThreads;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Writers that are killed at a random moment, again and again on one directory. */
@Tag("T1")
class KillTest {

    /** Two children at once: one writes while the other's rows are checked. */
    private static final int LANES = 2;

    private static final int CYCLES_A_DIRECTORY = 50;
    private static final int CHECKED_BEYOND = 300;
    private static final int HALF_WRITTEN_WAIT_MS = 200;

    @TempDir Path scratch;
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger leftovers = new AtomicInteger();
    private final AtomicLong acknowledgedRows = new AtomicLong();

    @Test
    void writer_killedAtARandomMoment_losesNoAcknowledgedRow() throws Exception {
        int cycles = Reliability.runs(50, 1000);
        Reliability.prove(
                "T1 kill -9",
                cycles,
                line -> {
                    TestThreads lanes = new TestThreads();
                    List<Thread> threads = new ArrayList<>();
                    for (int lane = 0; lane < LANES; lane++) {
                        Path own = Files.createDirectories(scratch.resolve("lane" + lane));
                        threads.add(lanes.add(() -> killAgainAndAgain(line, own, cycles)));
                    }
                    lanes.startAll();
                    for (Thread thread : threads) {
                        thread.join(); // joinAll waits a minute only
                    }
                    lanes.joinAll();
                    line.note(
                            acknowledgedRows
                                    + " rows acknowledged; "
                                    + leftovers
                                    + " files found half written");
                    assertThat(acknowledgedRows.get()).isPositive();
                    if (Reliability.longTier()) { // of 50 kills none may hit one
                        assertThat(leftovers.get()).as("kills in a file").isPositive();
                    }
                });
    }

    private void killAgainAndAgain(Reliability line, Path own, int cycles) throws Exception {
        Path directory = own.resolve("cache");
        Acknowledged acknowledged = new Acknowledged();
        try {
            for (int done = 0; ; done++) {
                int turn = turns.getAndIncrement();
                if (turn >= cycles) {
                    return;
                }
                if (done > 0 && done % CYCLES_A_DIRECTORY == 0) {
                    acknowledged.close();
                    acknowledged = new Acknowledged();
                    TestFiles.deleteAll(directory);
                }
                KeyType type = done % 2 == 0 ? KeyType.INT64 : KeyType.UTF8;
                killOne(own, directory, type, turn, acknowledged);
                check(line, directory, type, acknowledged.of(type.name()));
                line.run();
            }
        } finally {
            acknowledged.close();
        }
    }

    private void killOne(
            Path own, Path directory, KeyType type, int turn, Acknowledged acknowledged)
            throws IOException, InterruptedException {
        Random moment = new Random();
        long before = acknowledged.of(type.name());
        try (WatchedJvm writer =
                WatchedJvm.in(own)
                        .start(WriterPrograms.Varied.class, directory, type, before, turn)) {
            writer.awaitLine("ready");
            for (int flushes = turn % 4; flushes > 0; flushes--) {
                writer.awaitLine("flushed"); // a busy machine may reach none in time
            }
            Thread.sleep(moment.nextInt(5, 401));
            if (turn % 3 == 0) {
                awaitHalfWritten(directory, type);
            }
            assertThat(writer.isAlive()).as(writer.errors()).isTrue();
            writer.kill();
            assertThat(writer.lines("failed")).as(writer.errors()).isEmpty();
            assertThat(writer.lines("bad")).isEmpty();
            long after = writer.lastNumber("flushed ", before);
            acknowledged.record(type.name(), after);
            acknowledgedRows.addAndGet(after - before);
        }
        leftovers.addAndGet(TestFiles.below(directory, ".tmp").size());
    }

    /** Returns when a file is being written, or soon: the kill may hit it. */
    private static void awaitHalfWritten(Path directory, KeyType type) throws IOException {
        Path segments = StorePaths.of(directory, Caches.MODULE, type.name()).segments();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HALF_WRITTEN_WAIT_MS);
        FileStorage storage = new FileStorage();
        while (System.nanoTime() < deadline
                && storage.list(segments).stream().noneMatch(name -> name.endsWith(".tmp"))) {
            Thread.onSpinWait();
        }
    }

    private static void check(Reliability line, Path directory, KeyType type, long acknowledged) {
        try (FeatureCache cache =
                WriterPrograms.at(directory, type).maintenance(MaintenanceMode.MANUAL).open()) {
            // not those in index: this cache may be writing an index snapshot
            Path segments = StorePaths.of(directory, Caches.MODULE, type.name()).segments();
            assertThat(TestFiles.below(segments, ".tmp")).isEmpty();
            assertThat(cache.stats().skippedSegments()).isZero();
            var promised =
                    WriterPrograms.Checked.of(cache, WriterPrograms.keys(type, 0, acknowledged));
            var beyond =
                    WriterPrograms.Checked.of(
                            cache,
                            WriterPrograms.keys(type, acknowledged, acknowledged + CHECKED_BEYOND));
            line.lost(promised.missing());
            line.wrong(promised.wrong() + beyond.wrong());
            Keys all = cache.keys();
            assertThat(all.size()).as("keys listed").isEqualTo((int) cache.rowCount());
            assertThat(cache.rowCount()).isEqualTo((long) promised.right() + beyond.right());
            assertThat(distinct(all)).isEqualTo(all.size());
        }
    }

    private static long distinct(Keys keys) {
        List<Object> boxed = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            boxed.add(keys.getObject(i));
        }
        return boxed.stream().distinct().count();
    }
}
