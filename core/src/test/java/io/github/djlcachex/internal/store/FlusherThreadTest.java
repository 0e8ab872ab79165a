package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.djlcachex.internal.segment.ChunkPool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

class FlusherThreadTest {

    private final FlushQueue queue = new FlushQueue(new StoreOptions(Map.of()));

    private static FlushQueue.Job job() {
        return new FlushQueue.Job(Caches.segmentOfOneRow(new ChunkPool(0)), 0);
    }

    /** Without the thread every later row would be declined, to the end of the process. */
    @Test
    void step_outOfMemory_isTriedAgainAndTheThreadLives() {
        AtomicInteger asked = new AtomicInteger();
        FlusherThread flusher =
                new FlusherThread(
                        "test-flusher",
                        queue,
                        job -> true,
                        () -> {
                            if (asked.incrementAndGet() <= 2) {
                                throw new OutOfMemoryError("injected");
                            }
                            return 1000;
                        },
                        () -> {},
                        () -> {});
        assertThat(flusher.startIfNeeded()).isTrue();
        queue.add(job());
        assertThat(queue.await(queue.ticket(), 60_000)).isTrue();
        assertThat(asked.get()).isGreaterThanOrEqualTo(3);
        queue.close();
        flusher.join(60_000);
    }

    /** Memory that is given back twice would be two segments'. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void job_written_givesItsMemoryBackOnce(boolean written) {
        CountDownLatch ended = new CountDownLatch(1);
        FlusherThread flusher =
                new FlusherThread(
                        "test-flusher",
                        queue,
                        job -> written,
                        () -> 1000,
                        () -> {},
                        ended::countDown);
        FlushQueue.Job job = job();
        queue.add(job);
        assertThat(flusher.startIfNeeded()).isTrue();
        queue.close();
        flusher.join(60_000);
        assertThat(ended.getCount()).isZero();
        Throwable again = catchThrowable(() -> job.segment().recycle());
        if (written) {
            assertThat(again).isInstanceOf(IllegalStateException.class);
        } else {
            assertThat(again).isNull();
        }
    }
}
