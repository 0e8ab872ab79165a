package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Root;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disk that answers a read with an error, at every read. */
@Tag("T11")
class FailingReadTest {

    private static final int ROWS = 8;
    private static final int MAX_READS = 200;

    @TempDir Path scratch;

    @Test
    void read_failsAtEveryPlace_isAMissThatIsCounted() throws Exception {
        Reliability.prove(
                "T11 EIO on read",
                40,
                line -> {
                    Root.demandCommand(line, "strace", "-o", "/dev/null", "true");
                    long misses = 0;
                    int once = 1;
                    while (once < MAX_READS) {
                        misses += fail(line, Integer.toString(once)).lastNumber("missing", 0);
                        if (!injected()) {
                            break;
                        }
                        once++;
                    }
                    for (int from = 1; from < once; from += 4) {
                        misses += fail(line, from + "+").lastNumber("missing", 0);
                    }
                    line.note("reads of one run: " + (once - 1) + "; " + misses + " misses");
                    assertThat(once).isBetween(10, MAX_READS - 1);
                    assertThat(misses).isPositive();
                });
    }

    private static void write(Path directory) {
        if (Files.exists(directory)) {
            TestFiles.deleteAll(directory);
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, ROWS / 2));
            Caches.putAndFlush(cache, TestRows.range(ROWS / 2, ROWS));
        }
    }

    private boolean injected() throws IOException {
        return Files.readString(scratch.resolve("strace.log")).contains("INJECTED");
    }

    /** One child whose k-th read of a segment fails, or every read from the k-th on. */
    private WatchedJvm fail(Reliability line, String when) throws Exception {
        Path directory = scratch.resolve("eio");
        write(directory); // what the last child put is gone again
        String log = scratch.resolve("strace.log").toString();
        List<String> strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", log));
        for (Path segment : TestFiles.below(directory, ".arrow")) {
            strace.addAll(List.of("-P", segment.toString()));
        }
        strace.addAll(List.of("-e", "inject=pread64:error=EIO:when=" + when));
        try (WatchedJvm child =
                WatchedJvm.in(scratch)
                        .under(strace.toArray(String[]::new))
                        .flag("-Xint")
                        .start(ReadPrograms.Positional.class, directory, ROWS)) {
            if (child.awaitEnd(60) != 0) {
                line.jvmDeath();
                throw new IOException(child.errors());
            }
            assertThat(child.lines("ended")).as(child.errors()).hasSize(1);
            judge(line, child);
            line.run();
            return child;
        }
    }

    private static void judge(Reliability line, WatchedJvm child) {
        if (child.lines("refused").isEmpty()) {
            line.wrong(child.lastNumber("wrong", 1));
            line.lost(child.lastNumber("lost", 1));
            assertThat(child.lastNumber("counted", 0))
                    .as("what failed, of what was missing")
                    .isGreaterThanOrEqualTo(child.lastNumber("missing", 0));
        } else {
            assertThat(child.lines("refused")).containsExactly("refused CacheIoException");
        }
    }
}
