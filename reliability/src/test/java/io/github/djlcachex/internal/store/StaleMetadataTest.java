package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.ChildPrograms;
import io.github.djlcachex.testing.BindMount;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Strace;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A reader whose filesystem shows sizes and names of some seconds ago, as NFS does, beside a writer
 * on the same directory.
 */
@Tag("T15")
class StaleMetadataTest {

    private static final int STALE_S = 4;

    /** By so much a timeout may be late. */
    private static final long SLACK_MS = 500;

    private static final long ROUNDS = 3;
    private static final Keys WRITTEN = TestRows.range(0, 500);
    private static final Keys TORN = TestRows.range(1000, 1100);

    @TempDir Path root;
    @TempDir Path errors;
    private long staleSizes;
    private long checkedRows;

    @Test
    void reader_ofStaleNamesAndSizes_isNeverWrongAndSeesAllInTheEnd() throws Exception {
        List<ReadMode> modes = List.of(ReadMode.MAPPED, ReadMode.POSITIONAL);
        Reliability.prove(
                "T15 stale metadata",
                ROUNDS * modes.size(),
                line -> {
                    if (!Strace.isInstalled("bindfs") || !Strace.isInstalled("fusermount3")) {
                        line.skip("bindfs or fusermount3 (package fuse3) is not installed");
                    }
                    line.filesystem("bindfs with stale metadata");
                    for (long round = 0; round < ROUNDS; round++) {
                        for (ReadMode mode : modes) {
                            Path place = Files.createDirectory(root.resolve(mode + "-" + round));
                            round(line, mode, place);
                            line.run();
                        }
                    }
                    line.note(
                            "bindfs with timeouts of %d s; %d rows checked, %d stale sizes seen"
                                    .formatted(STALE_S, checkedRows, staleSizes));
                    assertThat(staleSizes).as("stale sizes that the readers saw").isPositive();
                });
    }

    private void round(Reliability line, ReadMode mode, Path place) throws Exception {
        Path shared = Files.createDirectory(place.resolve("shared"));
        Path forWriter = Files.createDirectory(place.resolve("writer"));
        Path forReader = Files.createDirectory(place.resolve("reader"));
        try (BindMount writer = BindMount.of(shared, forWriter, STALE_S);
                BindMount reader = BindMount.of(shared, forReader, STALE_S);
                FeatureCache cache = open(forReader, mode)) {
            assertThat(List.of(writer, reader)).doesNotHaveDuplicates();
            readWhileWritten(line, forWriter, cache);
            assertAllSeen(line, cache, WRITTEN);
            readTorn(line, forWriter, forReader, shared, cache);
        }
    }

    private static FeatureCache open(Path directory, ReadMode mode) {
        return Caches.at(directory)
                .readOnly(true)
                .refreshInterval(Duration.ZERO)
                .readMode(mode)
                .open();
    }

    /** Reads and lists without a pause, from before the first directory is there. */
    private void readWhileWritten(Reliability line, Path directory, FeatureCache cache)
            throws Exception {
        try (ChildJvm writer =
                ChildJvm.start(errors, ChildPrograms.Writer.class, directory, 0, WRITTEN.size())) {
            writer.awaitLine("ready");
            writer.send("go");
            CompletableFuture<ProcessHandle> end =
                    ProcessHandle.of(writer.pid()).orElseThrow().onExit();
            while (!end.isDone()) {
                cache.refresh();
                check(line, cache, WRITTEN);
            }
            assertThat(writer.awaitEnd()).as(writer.errors()).isZero();
        }
    }

    private Judge.Finding check(Reliability line, FeatureCache cache, Keys keys) {
        Judge.Finding found = Judge.find(cache, keys);
        line.wrong(found.wrong());
        checkedRows += keys.size() - found.missing();
        return found;
    }

    /** After the timeout one refresh must bring everything. */
    private void assertAllSeen(Reliability line, FeatureCache cache, Keys keys) throws Exception {
        Thread.sleep(STALE_S * 1000L + SLACK_MS);
        cache.refresh();
        line.lost(check(line, cache, keys).missing());
    }

    /** A segment of which the reader saw the first half, and goes on seeing it for a while. */
    private void readTorn(
            Reliability line, Path forWriter, Path forReader, Path shared, FeatureCache cache)
            throws Exception {
        List<Path> before = TestFiles.below(shared, ".arrow");
        try (FeatureCache other = Caches.at(forWriter).open()) {
            Caches.putAndFlush(other, TORN);
        }
        Path written =
                TestFiles.below(shared, ".arrow").stream()
                        .filter(file -> !before.contains(file))
                        .findFirst()
                        .orElseThrow();
        byte[] bytes = Files.readAllBytes(written);
        int half = bytes.length / 2;
        TestFiles.truncate(written, half);
        Path seen = forReader.resolve(shared.relativize(written));

        cache.refresh();
        assertThat(Files.size(seen)).isEqualTo(half);
        append(written, Arrays.copyOfRange(bytes, half, bytes.length));
        staleSizes += Files.size(seen) == half ? 1 : 0;
        cache.refresh();
        check(line, cache, TORN);
        assertAllSeen(line, cache, TORN);
        line.lost(check(line, cache, WRITTEN).missing());
        assertThat(cache.stats().skippedSegments()).isLessThanOrEqualTo(1);
    }

    private static void append(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes, StandardOpenOption.APPEND);
    }
}
