package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.StaleTempFiles;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.scenario.programs.ChildPrograms;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Clocks that jump: nothing that a process still needs or has written is lost. */
@Tag("T26")
class ClockTest {

    private static final long YEAR_MS = Duration.ofDays(365).toMillis();
    private static final List<Long> JUMPS_MS = List.of(-YEAR_MS, -1L, 0L, YEAR_MS);

    @TempDir Path directory;

    private static void setModified(Path file, long timeMs) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(timeMs, TimeUnit.MILLISECONDS));
    }

    private static WriterId writerOf(long pid, long start) {
        ProcessIdentity here = ProcessIdentity.current();
        return new WriterId(
                new ProcessIdentity(here.host(), here.boot(), here.namespace(), pid, start), 5);
    }

    private static ProcessIdentity ofAnotherHost() {
        ProcessIdentity here = ProcessIdentity.current();
        return new ProcessIdentity(~here.host(), ~here.boot(), here.namespace(), 1, 1);
    }

    @Test
    void clocksThatJump_loseNothing() throws Exception {
        Reliability.prove(
                "T26 clock",
                4L * JUMPS_MS.size(),
                line -> {
                    for (long jumpMs : JUMPS_MS) {
                        readFilesOfAnotherTime(jumpMs, line);
                        keepTheFileOfALiveProcess(jumpMs, line);
                        commitThoughAnotherHostRemovesTheFile(jumpMs, line);
                        readWhatAWriterOfAnotherTimeWrote(jumpMs, line);
                    }
                });
    }

    private Path fresh() throws IOException {
        return Files.createTempDirectory(directory, "clock");
    }

    private void readFilesOfAnotherTime(long jumpMs, Reliability line) throws IOException {
        Path cacheDirectory = fresh();
        try (FeatureCache cache = Caches.at(cacheDirectory).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
        }
        for (Path file : TestFiles.below(cacheDirectory, "")) {
            setModified(file, System.currentTimeMillis() + jumpMs);
        }
        line.run();
        try (FeatureCache cache = Caches.at(cacheDirectory).open()) {
            line.lost(10 - Caches.rightHits(cache, TestRows.range(0, 10)));
            Caches.putAndFlush(cache, TestRows.range(10, 20));
        }
    }

    /** Another process of this machine writes it: whatever its time says, it is not a leftover. */
    private void keepTheFileOfALiveProcess(long jumpMs, Reliability line) throws Exception {
        Path cacheDirectory = fresh();
        try (ChildJvm child =
                ChildJvm.start(directory, ChildPrograms.Holder.class, cacheDirectory)) {
            String writer = child.awaitLine("writer ").substring("writer ".length());
            Path segments = Caches.paths(cacheDirectory).segments();
            Path written = Files.createFile(segments.resolve(writer + "-00000077.tmp"));
            setModified(written, System.currentTimeMillis() + jumpMs);
            Caches.at(cacheDirectory).open().close();
            line.run();
            line.lost(Files.exists(written) ? 0 : 1);
        }
    }

    /** An observer whose clock is far ahead takes a live file of another host for a leftover. */
    private void commitThoughAnotherHostRemovesTheFile(long jumpMs, Reliability line)
            throws IOException {
        Path cacheDirectory = fresh();
        Path segments = Caches.paths(cacheDirectory).segments();
        FaultyStorage storage = new FaultyStorage();
        Keys keys = TestRows.range(0, 10);
        line.run();
        try (FeatureCache cache = Caches.at(cacheDirectory, storage).open()) {
            storage.rule(
                    (op, file) -> {
                        if (op == FaultyStorage.Op.RENAME) {
                            storage.heal();
                            long nowMs = System.currentTimeMillis() + jumpMs;
                            StaleTempFiles.remove(
                                    new FileStorage(), segments, ofAnotherHost(), nowMs);
                        }
                    });
            Caches.put(cache, keys);
            line.lost(10 - cache.flush().persistedRows());
        }
        try (FeatureCache cache = Caches.at(cacheDirectory).open()) {
            line.lost(10 - Caches.rightHits(cache, keys));
        }
    }

    /** The second of two segments says that it was written before the first. */
    private void readWhatAWriterOfAnotherTimeWrote(long jumpMs, Reliability line)
            throws IOException {
        Path cacheDirectory = fresh();
        try (FeatureCache cache = Caches.at(cacheDirectory).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            Keys keys = TestRows.range(10, 20);
            RowSchema schema = Caches.ROWS.schema();
            Contract contract = new Contract(Caches.MODULE, "", KeyType.INT64, schema, 1);
            OpenSegment segment = new OpenSegment(contract, 1 << 16, 100, 0);
            RowBatch batch = Caches.ROWS.batch(keys);
            for (int i = 0; i < 10; i++) {
                segment.append(keys, batch, i, new RowCrc(batch).of(keys, i, i));
            }
            SegmentName name = new SegmentName(writerOf(1, 1), 3);
            new SegmentWriter(new FileStorage(), Caches.paths(cacheDirectory).segments(), true)
                    .commit(segment, name, System.currentTimeMillis() + jumpMs);
            line.run();
            assertThat(cache.refresh()).isOne();
            line.lost(20 - Caches.rightHits(cache, TestRows.range(0, 20)));
        }
    }
}
