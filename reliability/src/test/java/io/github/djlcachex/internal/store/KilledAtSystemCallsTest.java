package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Strace;
import io.github.djlcachex.testing.SystemCall;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A writer is killed instead of each system call that it makes on the cache directory.
 *
 * <p>strace counts calls by thread and name, and {@code -P} wants names of files that are drawn at
 * open. So a first run tells which calls of which thread go to the directory, and strace is
 * attached to that thread alone.
 */
@Tag("T2")
class KilledAtSystemCallsTest {

    private static final long ALL_ROWS = TracedWriter.FLUSHES * TracedWriter.ROWS_OF_A_FLUSH;

    /** The k-th call of a name in a thread. */
    private record Point(String thread, String call, int k) {}

    @TempDir Path root;
    @TempDir Path errors;
    private int runs;

    @Test
    void writer_killedAtEverySystemCall_losesNothingAcknowledged() throws Exception {
        Reliability.prove(
                "T2 kill at every system call",
                60,
                line -> {
                    if (!Strace.isInstalled("strace")) {
                        line.skip("strace is not installed");
                    }
                    Map<String, Integer> kills = new TreeMap<>();
                    for (Point point : points()) {
                        kill(line, point);
                        line.run();
                        kills.merge(point.call(), 1, Integer::sum);
                    }
                    line.note("kills by system call: " + kills);
                    assertThat(kills)
                            .containsKeys("openat", "write", "fsync", "rename", "link", "unlink");
                });
    }

    /** The calls on the cache directory in a run that nobody disturbs. */
    private List<Point> points() throws Exception {
        Path directory = newDirectory();
        try (TracedChild child = new TracedChild(errors, directory);
                Strace caller = trace(child, TracedWriter.CALLER)) {
            child.open();
            try (Strace flusher = trace(child, TracedWriter.FLUSHER)) {
                assertThat(child.runToEnd()).as(child.errors()).contains("closed");
                List<Point> points = new ArrayList<>();
                points.addAll(points(TracedWriter.CALLER, caller.awaitEnd(), directory));
                points.addAll(points(TracedWriter.FLUSHER, flusher.awaitEnd(), directory));
                return points;
            }
        }
    }

    private Strace trace(TracedChild child, String thread) throws IOException {
        return Strace.ofThread(child.thread(thread), errors.resolve(thread + ".dry"));
    }

    private static List<Point> points(String thread, List<String> log, Path directory) {
        Map<String, Integer> counts = new HashMap<>();
        List<Point> points = new ArrayList<>();
        for (SystemCall call : SystemCall.parse(log)) {
            int k = counts.merge(call.name(), 1, Integer::sum);
            if (call.file().startsWith(directory.toString())) {
                points.add(new Point(thread, call.name(), k));
            }
        }
        return points;
    }

    private void kill(Reliability line, Point point) throws Exception {
        Path directory = newDirectory();
        Path log = errors.resolve("kill-" + runs);
        List<String> said;
        try (TracedChild child = new TracedChild(errors, directory)) {
            if (point.thread().equals(TracedWriter.FLUSHER)) {
                child.open();
            }
            long thread = child.thread(point.thread());
            try (Strace strace = Strace.killing(thread, log, point.call(), point.k())) {
                said = child.runToEnd();
                String last = String.join("\n", strace.awaitEnd());
                assertThat(last).as("%s", point).contains(point.call(), "killed by SIGKILL");
            }
        }
        assertThat(said).doesNotContain("closed");
        checkAfter(line, directory, acknowledged(said));
        TestFiles.deleteAll(directory);
    }

    private static long acknowledged(List<String> said) {
        return said.stream()
                .filter(text -> text.matches("flushed [0-9]+0"))
                .mapToLong(text -> Long.parseLong(text.substring("flushed ".length())))
                .max()
                .orElse(0);
    }

    private static void checkAfter(Reliability line, Path directory, long acknowledged) {
        Keys mustBeThere = TestRows.range(0, acknowledged);
        Keys later = TestRows.range(ALL_ROWS, ALL_ROWS + 10);
        try (FeatureCache cache = Caches.at(directory).open()) {
            Judge.judge(line, cache, mustBeThere, TestRows.range(acknowledged, ALL_ROWS));
            assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
            assertThat(cache.stats().skippedSegments()).isZero();
            Caches.putAndFlush(cache, later);
        }
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            Judge.judge(line, cache, mustBeThere, later);
            Judge.judge(line, cache, later, TestRows.range(acknowledged, ALL_ROWS));
        }
    }

    private Path newDirectory() throws IOException {
        return Files.createDirectory(root.resolve("run-" + runs++));
    }
}
