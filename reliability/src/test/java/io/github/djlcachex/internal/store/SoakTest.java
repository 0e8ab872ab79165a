package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** Minutes of everything in one process, which may not grow. */
@Tag("T23")
class SoakTest {

    private static final int SECONDS = 300;
    private static final int DEMANDED_SAMPLES = 100;
    private static final long SLACK_HEAP_BYTES = 1L << 20;
    private static final long SLACK_BUFFER_BYTES = 4L << 20;
    private static final long SLACK_RSS_BYTES = 48L << 20;

    @TempDir Path scratch;

    @Test
    void process_underAMixedWorkload_doesNotGrow() throws Exception {
        Reliability.prove(
                "T23 soak",
                DEMANDED_SAMPLES,
                line -> {
                    long seconds = line.seconds(SECONDS);
                    try (WatchedJvm child =
                            WatchedJvm.in(scratch)
                                    .heap("-Xmx256m")
                                    .start(SoakProgram.class, scratch.resolve("cache"), seconds)) {
                        if (child.awaitEnd(seconds + 120) != 0) {
                            line.jvmDeath();
                            throw new AssertionError(child.errors());
                        }
                        line.runs(child.lines("heap ").size());
                        line.wrong(child.lastNumber("wrong", 1));
                        line.lost(child.lastNumber("lost", 1));
                        String growth = judge(child);
                        line.note(
                                "%s, %d operations, %d clears"
                                        .formatted(
                                                growth,
                                                child.lastNumber("operations", 0),
                                                child.lastNumber("clears", 0)));
                    }
                });
    }

    private static String judge(WatchedJvm child) {
        long[] threads = numbers(child, "threads ");
        long[] descriptors = numbers(child, "descriptors ");
        long heap = growth(child, "heap ");
        long rss = growth(child, "rss ");
        long direct = growth(child, "direct buffers ");
        long mapped = growth(child, "mapped buffers ");
        String growth =
                "heap after GC %+d KiB, RSS %+d KiB, direct %+d, mapped %+d from first third to last"
                        .formatted(heap >> 10, rss >> 10, direct, mapped);
        assertThat(heap).as(growth).isLessThan(SLACK_HEAP_BYTES);
        assertThat(rss).as(growth).isLessThan(SLACK_RSS_BYTES);
        assertThat(direct).as(growth).isLessThan(SLACK_BUFFER_BYTES);
        assertThat(mapped).as(growth).isLessThan(SLACK_BUFFER_BYTES);
        assertThat(max(threads, 1, threads.length)).isLessThanOrEqualTo(threads[0] + 1);
        assertThat(max(descriptors, 1, descriptors.length)).isLessThanOrEqualTo(descriptors[0] + 3);
        return growth;
    }

    /** The most of the last third less the most of the first one, but for the very first. */
    private static long growth(WatchedJvm child, String prefix) {
        long[] values = numbers(child, prefix);
        int third = values.length / 3;
        assertThat(third).isPositive();
        return max(values, values.length - third, values.length) - max(values, 1, third + 1);
    }

    private static long[] numbers(WatchedJvm child, String prefix) {
        List<String> lines = child.lines(prefix);
        return lines.stream().mapToLong(WatchedJvm::number).toArray();
    }

    private static long max(long[] values, int from, int to) {
        return LongStream.of(values).skip(from).limit((long) to - from).max().orElseThrow();
    }
}
