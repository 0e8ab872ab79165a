package io.github.djlcachex.cache;

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

    private static final long SLACK_HEAP_BYTES = 6L << 20;
    private static final long SLACK_RSS_BYTES = 48L << 20;

    @TempDir Path scratch;

    @Test
    void process_underAMixedWorkload_doesNotGrow() throws Exception {
        long seconds = Long.getLong("reliability.soak.seconds", 300);
        Reliability.prove(
                "T23 soak",
                seconds / 10,
                line -> {
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
                                growth + ", " + child.lastNumber("operations", 0) + " operations");
                    }
                });
    }

    private static String judge(WatchedJvm child) {
        long[] heap = numbers(child, "heap ");
        long[] rss = numbers(child, "rss ");
        long[] threads = numbers(child, "threads ");
        long[] descriptors = numbers(child, "descriptors ");
        int third = heap.length / 3;
        assertThat(third).isPositive();
        long heapGrowth = max(heap, heap.length - third, heap.length) - max(heap, 1, third + 1);
        long rssGrowth = max(rss, rss.length - third, rss.length) - max(rss, 1, third + 1);
        String growth =
                "heap after GC %+d KiB, RSS %+d KiB from the first third to the last"
                        .formatted(heapGrowth >> 10, rssGrowth >> 10);
        assertThat(heapGrowth).as(growth).isLessThan(SLACK_HEAP_BYTES);
        assertThat(rssGrowth).as(growth).isLessThan(SLACK_RSS_BYTES);
        assertThat(max(threads, 1, threads.length)).isLessThanOrEqualTo(threads[0] + 1);
        assertThat(max(descriptors, 1, descriptors.length)).isLessThanOrEqualTo(descriptors[0] + 3);
        return growth;
    }

    private static long[] numbers(WatchedJvm child, String prefix) {
        List<String> lines = child.lines(prefix);
        return lines.stream().mapToLong(WatchedJvm::number).toArray();
    }

    private static long max(long[] values, int from, int to) {
        return LongStream.of(values).skip(from).limit((long) to - from).max().orElseThrow();
    }
}
