package io.github.djlcachex.cache;

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
    private static final int READERS_OF_CLEARED = 3;

    @TempDir Path scratch;

    @Test
    @Tag("T12")
    void readers_besideAWriter_seeEveryRowRightAndForEver() throws Exception {
        long seconds = Long.getLong("reliability.readers.seconds", 600);
        long demandedRows = Math.min(1_000_000, seconds * 10_000);
        Reliability.prove(
                "T12 readers and a writer", demandedRows, line -> run(line, seconds, READERS, 0));
    }

    @Test
    @Tag("T16")
    void readers_whileAWriterClears_seeNoWrongRow() throws Exception {
        long seconds = Long.getLong("reliability.clear.seconds", 40);
        Reliability.prove(
                "T16 clear under readers",
                10_000,
                line -> run(line, seconds, READERS_OF_CLEARED, 12));
    }

    private void run(Reliability line, long seconds, int readerCount, int clearEvery)
            throws Exception {
        Path directory = scratch.resolve("cache" + clearEvery);
        Path told = scratch.resolve("told" + clearEvery);
        List<WatchedJvm> readers = new ArrayList<>();
        try (WatchedJvm writer = writer(directory, told, clearEvery)) {
            for (int i = 0; i < readerCount; i++) {
                readers.add(reader(directory, told, i, clearEvery > 0));
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < deadline && allLive(writer, readers)) {
                Thread.sleep(200);
            }
            judge(line, writer, readers);
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

    private static void judge(Reliability line, WatchedJvm writer, List<WatchedJvm> readers)
            throws Exception {
        end(line, writer);
        long refreshes = 0;
        for (WatchedJvm reader : readers) {
            end(line, reader);
            line.runs(reader.lastNumber("checked", 0));
            line.wrong(reader.lastNumber("wrong", 1));
            line.lost(reader.lastNumber("vanished", 1) + reader.lastNumber("late", 1));
            assertThat(reader.lastNumber("corrupt", 1)).isZero();
            refreshes += reader.lastNumber("refreshes", 0);
        }
        line.note(
                readers.size()
                        + " readers, "
                        + refreshes
                        + " refreshes, "
                        + writer.lastNumber("flushes", 0)
                        + " flushes");
        assertThat(refreshes).isPositive();
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
