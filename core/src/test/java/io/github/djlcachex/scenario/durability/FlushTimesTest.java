package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** When rows are written: by age, and in the time that a close has. */
class FlushTimesTest extends FaultyDiskScenario {

    @Test
    void close_thatRunsOutOfTime_reportsWhatIsPending() {
        CountDownLatch slow = new CountDownLatch(1);
        FeatureCache cache = builder().closeTimeout(Duration.ZERO).open();
        Caches.putAndFlush(cache, FIRST);
        storage.rule(FaultyStorage.waiting(Op.CREATE, ".tmp", slow));
        Caches.put(cache, SECOND);
        FlushReport report = cache.closeAndReport();
        assertThat(report.pendingRows()).isEqualTo(20);
        assertThat(report.isComplete()).isFalse();
        slow.countDown();
        Await.until("the flusher has ended", () -> TestThreads.ofCache().isEmpty());
        assertOnDisk(TestRows.range(0, 30));
    }

    /** The lock of the open segment is held by a put that compares keys on a slow disk. */
    @Test
    void close_thatCannotSealInTime_leavesTheRowsToTheFlusher() throws Exception {
        Keys first = Keys.of("a", "b");
        Keys second = Keys.of("c");
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch comparing = new CountDownLatch(1);
        FeatureCache cache =
                builder().readMode(ReadMode.POSITIONAL).closeTimeout(Duration.ZERO).open();
        Caches.putAndFlush(cache, first);
        Caches.put(cache, second);
        storage.rule(
                (op, file) -> {
                    if (op == Op.READ && file.toString().endsWith(".arrow")) {
                        comparing.countDown();
                    }
                    FaultyStorage.waiting(Op.READ, ".arrow", slow).before(op, file);
                });
        TestThreads threads = new TestThreads();
        threads.add(() -> Caches.put(cache, first));
        threads.startAll();
        comparing.await();
        assertThat(cache.closeAndReport().pendingRows()).isEqualTo(1);
        slow.countDown();
        threads.joinAll();
        Await.until("the flusher has ended", () -> TestThreads.ofCache().isEmpty());
        assertOnDisk(Keys.of("a", "b", "c"));
    }

    @Test
    void flush_ofAnOldSegment_happensByItself() {
        try (FeatureCache cache = builder().flushDelay(Duration.ofMillis(1)).open()) {
            Caches.put(cache, FIRST);
            Await.until("the segment was written", () -> !cache.segments().isEmpty());
            Caches.put(cache, SECOND);
            Await.until("the next one too", () -> cache.stats().persistedRows() == 30);
        }
    }
}
