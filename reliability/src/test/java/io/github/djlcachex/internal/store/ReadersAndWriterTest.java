package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Readers in processes of their own beside a writer, for minutes. */
class ReadersAndWriterTest {

    private static final int READERS = 8;
    private static final int SECONDS = 600;
    private static final long DEMANDED_ROWS = 1_000_000;

    /** No reader may check next to nothing while the others do the work. */
    private static final long DEMANDED_ROWS_OF_A_READER = DEMANDED_ROWS / READERS / 4;

    private static final int SECONDS_OF_CLEARED = 40;
    private static final long DEMANDED_ROWS_OF_CLEARED = 10_000;
    private static final int READERS_OF_CLEARED = 3;

    @TempDir Path scratch;

    @Test
    @Tag("T12")
    void readers_besideAWriter_seeEveryRowRightAndForEver() throws Exception {
        Reliability.prove(
                "T12 readers and a writer",
                DEMANDED_ROWS,
                line -> run(line, SECONDS, READERS, 0, DEMANDED_ROWS_OF_A_READER));
    }

    @Test
    @Tag("T16")
    void readers_whileAWriterClears_seeNoWrongRow() throws Exception {
        Reliability.prove(
                "T16 clear under readers",
                DEMANDED_ROWS_OF_CLEARED,
                line ->
                        run(
                                line,
                                SECONDS_OF_CLEARED,
                                READERS_OF_CLEARED,
                                12,
                                DEMANDED_ROWS_OF_CLEARED / READERS_OF_CLEARED / 4));
    }

    private void run(
            Reliability line, int demandedSeconds, int readerCount, int clearEvery, long eachRows)
            throws Exception {
        long seconds = line.seconds(demandedSeconds);
        Path directory = scratch.resolve("cache" + clearEvery);
        Path told = scratch.resolve("told" + clearEvery);
        List<WatchedJvm> readers = new ArrayList<>();
        try (WatchedJvm writer = writer(directory, told, clearEvery)) {
            for (int i = 0; i < readerCount; i++) {
                readers.add(reader(directory, told, i, clearEvery > 0));
            }
            readers.forEach(reader -> reader.awaitLine("ready"));
            long start = System.nanoTime();
            long deadline = start + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < deadline && allLive(writer, readers)) {
                Thread.sleep(200);
            }
            long ranS = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            judge(line, writer, readers, line.isShortened() ? 0 : eachRows);
            assertThat(ranS).as("seconds that all of them ran").isGreaterThanOrEqualTo(seconds);
        } finally {
            readers.forEach(WatchedJvm::close);
        }
    }

    private WatchedJvm writer(Path directory, Path told, int clearEvery) throws IOException {
        return WatchedJvm.in(scratch)
                .heap("-Xmx128m")
                .start(SharedPrograms.Writer.class, directory, told, 150, 250, clearEvery);
    }

    private WatchedJvm reader(Path directory, Path told, int seed, boolean cleared)
            throws IOException {
        return WatchedJvm.in(scratch)
                .heap("-Xmx96m")
                .start(SharedPrograms.Reader.class, directory, told, seed, cleared);
    }

    private static boolean allLive(WatchedJvm writer, List<WatchedJvm> readers) {
        return writer.isAlive() && readers.stream().allMatch(WatchedJvm::isAlive);
    }

    private static void judge(
            Reliability line, WatchedJvm writer, List<WatchedJvm> readers, long eachRows)
            throws Exception {
        end(line, writer);
        long refreshes = 0;
        long fewest = Long.MAX_VALUE;
        for (WatchedJvm reader : readers) {
            end(line, reader);
            long checked = reader.lastNumber("checked", 0);
            fewest = Math.min(fewest, checked);
            line.runs(checked);
            line.wrong(reader.lastNumber("wrong", 1));
            line.lost(reader.lastNumber("vanished", 1) + reader.lastNumber("late", 1));
            assertThat(reader.lastNumber("corrupt", 1)).isZero();
            refreshes += reader.lastNumber("refreshes", 0);
        }
        line.note(
                readers.size()
                        + " readers, "
                        + fewest
                        + " rows checked by the slowest, "
                        + refreshes
                        + " refreshes, "
                        + writer.lastNumber("flushes", 0)
                        + " flushes");
        assertThat(refreshes).isPositive();
        assertThat(fewest).as("rows of the slowest reader").isGreaterThanOrEqualTo(eachRows);
    }

    private static void end(Reliability line, WatchedJvm child) throws Exception {
        if (child.isAlive()) {
            child.send("end");
        }
        if (child.awaitEnd(120) != 0) {
            line.jvmDeath();
            throw new AssertionError(child.errors());
        }
    }
}
