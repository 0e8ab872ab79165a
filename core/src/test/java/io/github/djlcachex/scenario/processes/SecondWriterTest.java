package io.github.djlcachex.scenario.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.scenario.programs.WriterPrograms;
import io.github.djlcachex.scenario.programs.WriterPrograms.Checked;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.SeenFiles;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Two writers of one rank on one directory, and one that is stopped and goes on later. */
@Tag("T13")
class SecondWriterTest {

    private static final int SMALL_FLUSH_ROWS = 30;
    private static final int LARGE_FLUSH_ROWS = 4000;

    @TempDir Path scratch;

    private WatchedJvm start(Path directory, long from, int rows) throws IOException {
        return WatchedJvm.in(scratch).start(WriterPrograms.Rank0.class, directory, from, rows);
    }

    private static void end(WatchedJvm writer) throws Exception {
        writer.send("end");
        writer.awaitLine("ended");
        assertThat(writer.awaitEnd(60)).as(writer.errors()).isZero();
    }

    @Test
    void secondWriter_ofTheSameRank_overwritesNothing() throws Exception {
        int rounds = Reliability.runs(3, 30);
        Reliability.prove(
                "T13 second writer",
                rounds,
                line -> {
                    for (int round = 0; round < rounds; round++) {
                        twoWriters(line, scratch.resolve("two" + round));
                        line.run();
                    }
                });
    }

    private void twoWriters(Reliability line, Path directory) throws Exception {
        SeenFiles files = new SeenFiles(directory);
        long secondFrom = 300;
        try (FeatureCache observer = Caches.at(directory).readOnly(true).open();
                WatchedJvm first = start(directory, 0, SMALL_FLUSH_ROWS);
                WatchedJvm second = start(directory, secondFrom, SMALL_FLUSH_ROWS)) {
            first.awaitLine("ready");
            second.awaitLine("ready");
            for (int looks = 0; looks < 20; looks++) {
                files.look();
                Thread.sleep(20);
            }
            first.awaitLine("flushed");
            second.awaitLine("flushed");
            end(first);
            end(second);
            observer.refresh();
            assertThat(files.look()).isEqualTo(observer.segments().size());
            assertThat(files.changed()).isEmpty();
            assertThat(writers(observer)).as("writer identities").hasSize(2);
            check(line, observer, 0, first.lastNumber("flushed", 0));
            check(line, observer, secondFrom, second.lastNumber("flushed", secondFrom));
        }
    }

    private static List<String> writers(FeatureCache cache) {
        return cache.segments().stream().map(SegmentInfo::writer).distinct().toList();
    }

    private static void check(Reliability line, FeatureCache cache, long from, long to) {
        Checked checked = Checked.of(cache, TestRows.range(from, to));
        line.lost(checked.missing());
        line.wrong(checked.wrong());
    }

    @Test
    void writer_stoppedWhileAnotherTakesOver_overwritesNothingWhenItGoesOn() throws Exception {
        int rounds = Reliability.runs(3, 30);
        Reliability.prove(
                "T13 stopped writer",
                rounds,
                line -> {
                    for (int round = 0; round < rounds; round++) {
                        stopAndGoOn(line, scratch.resolve("stopped" + round));
                        line.run();
                    }
                });
    }

    private void stopAndGoOn(Reliability line, Path directory) throws Exception {
        SeenFiles files = new SeenFiles(directory);
        try (WatchedJvm stopped = start(directory, 0, LARGE_FLUSH_ROWS)) {
            stopped.awaitLine("flushed");
            Path half = stopInTheMiddleOfAFile(stopped, directory);
            files.look();
            long acknowledged = stopped.lastNumber("flushed", 0);

            rebuildWithoutSnapshot(line, directory, files, acknowledged);
            assertThat(half).as("a file of a process that lives").exists();

            stopped.goOn();
            stopped.awaitLine("flushed");
            stopped.awaitLine("flushed");
            end(stopped);
            files.look();
            assertThat(files.changed()).isEmpty();
            assertThat(TestFiles.below(Caches.paths(directory).segments(), ".tmp")).isEmpty();
            try (FeatureCache reopened = Caches.at(directory).readOnly(true).open()) {
                check(line, reopened, 0, stopped.lastNumber("flushed", 0));
                assertThat(writers(reopened)).hasSize(2);
                assertThat(reopened.stats().skippedSegments()).isZero();
            }
        }
    }

    /** Returns the temporary file that the stopped writer was writing. */
    private static Path stopInTheMiddleOfAFile(WatchedJvm writer, Path directory)
            throws IOException, InterruptedException {
        Random moment = new Random();
        for (int attempt = 0; attempt < 1000; attempt++) {
            writer.stop();
            List<Path> half = TestFiles.below(Caches.paths(directory).segments(), ".tmp");
            if (!half.isEmpty()) {
                return half.get(0);
            }
            writer.goOn();
            Thread.sleep(moment.nextInt(1, 10));
        }
        throw new AssertionError("the writer was never found writing");
    }

    /** Another process of the same rank writes the same keys and others, and ends. */
    private void rebuildWithoutSnapshot(
            Reliability line, Path directory, SeenFiles files, long acknowledged) throws Exception {
        try (WatchedJvm second = start(directory, acknowledged, SMALL_FLUSH_ROWS)) {
            second.awaitLine("ready");
            second.awaitLine("flushed");
            second.awaitLine("flushed");
            end(second);
            files.look();
            assertThat(files.changed()).isEmpty();
            try (FeatureCache opened = Caches.at(directory).readOnly(true).open()) {
                check(line, opened, 0, second.lastNumber("flushed", acknowledged));
            }
        }
    }
}
