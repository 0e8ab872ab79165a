package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;

import java.util.Map;

/** The queue of sealed segments: order, waiting, waking. */
class FlushQueueTest {

    private final FlushQueue queue =
            new FlushQueue(
                    new StoreOptions(
                            Map.of(
                                    StoreOption.WRITE_QUEUE_BYTES,
                                    4096L,
                                    StoreOption.PUT_TIMEOUT_MS,
                                    60_000L)));

    private static FlushQueue.Job job(int rows) {
        Contract contract = new Contract("m", "", KeyType.INT64, Caches.ROWS.schema(), 0);
        OpenSegment segment = new OpenSegment(contract, 1 << 20, 1000, 0);
        Keys keys = Keys.of(1);
        for (int i = 0; i < rows; i++) {
            segment.append(keys, Caches.ROWS.batch(keys), 0, 0);
        }
        return new FlushQueue.Job(segment, 0);
    }

    @Test
    void jobs_comeOutInTheirOrderAndStayUntilFinished() {
        FlushQueue.Job first = job(1);
        FlushQueue.Job second = job(2);
        queue.add(first);
        queue.add(second);
        assertThat(queue.pendingRows()).isEqualTo(3);
        assertThat(queue.peek(0)).isSameAs(first);
        assertThat(queue.peek(0)).isSameAs(first);
        assertThat(queue.await(2, 0)).isFalse();
        queue.finish(true);
        assertThat(queue.await(1, 0)).isTrue();
        assertThat(queue.peek(0)).isSameAs(second);
        queue.finish(true);
        assertThat(queue.await(queue.ticket(), 0)).isTrue();
        assertThat(queue.pendingRows()).isZero();
        assertThat(queue.peek(0)).isNull();
    }

    /**
     * The wake-up of a new open segment comes when the writer has looked, and does not wait yet.
     */
    @Test
    void wake_beforeTheWriterWaits_isNotForgotten() {
        queue.wake();
        TestThreads threads = new TestThreads();
        threads.add(() -> assertThat(queue.peek(FlushQueue.FOREVER_MS)).isNull());
        threads.joinAll();
    }

    @Test
    void wake_whileTheWriterWaits_endsItsWait() {
        TestThreads threads = new TestThreads();
        Thread writer = threads.add(() -> assertThat(queue.peek(FlushQueue.FOREVER_MS)).isNull());
        threads.startAll();
        Await.waiting(writer);
        queue.wake();
        threads.joinAll();
    }

    @Test
    void close_drainsAndEndsEveryWait() {
        queue.add(job(1));
        queue.close();
        assertThat(queue.isDrained()).isFalse();
        queue.finish(true);
        assertThat(queue.isDrained()).isTrue();
        assertThat(queue.peek(FlushQueue.FOREVER_MS)).isNull();
    }

    @Test
    void admit_whenFullAndFailing_declinesAtOnceAndWaitsAgainLater() {
        queue.add(job(30));
        queue.add(job(60));
        queue.finish(false);
        assertThat(queue.admit(queue.admissionDeadline())).isFalse();
        queue.finish(true);
        assertThat(queue.admit(queue.admissionDeadline())).isTrue();
    }

    @Test
    void admit_interruptedWhileItWaits_waitsOnAndKeepsTheInterrupt() {
        queue.add(job(60));
        TestThreads threads = new TestThreads();
        Thread putting =
                threads.add(
                        () -> {
                            assertThat(queue.admit(queue.admissionDeadline())).isTrue();
                            assertThat(Thread.currentThread().isInterrupted()).isTrue();
                        });
        threads.startAll();
        Await.waiting(putting);
        putting.interrupt();
        Await.until("the interrupt was taken", () -> !putting.isInterrupted());
        Await.waiting(putting);
        queue.finish(true);
        threads.joinAll();
    }

    @Test
    void await_whenTheWriterHasEnded_doesNotWaitForEver() {
        queue.add(job(1));
        queue.flusherEnded();
        TestThreads threads = new TestThreads();
        threads.add(() -> assertThat(queue.await(1, FlushQueue.FOREVER_MS)).isFalse());
        threads.joinAll();
    }
}
