package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.spark.internal.SharedFlush;
import io.github.djlcachex.testing.Await;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A flush for several tasks. */
class SharedFlushTest {

    private final AtomicInteger flushes = new AtomicInteger();
    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private FlushReport slowFirst(boolean fails) {
        if (flushes.incrementAndGet() == 1) {
            began.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (fails) {
                throw new IllegalStateException("closed");
            }
        }
        return Seams.NOTHING;
    }

    private static Thread flushing(SharedFlush shared, CompletableFuture<SharedFlush.Outcome> to) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                to.complete(shared.flush());
                            } catch (Throwable e) {
                                to.completeExceptionally(e);
                            }
                        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void tasks_thatComeWhileOneFlushes_shareTheNext() throws Exception {
        SharedFlush shared = new SharedFlush(() -> slowFirst(false));
        CompletableFuture<SharedFlush.Outcome> first = new CompletableFuture<>();
        flushing(shared, first);
        began.await();
        CompletableFuture<SharedFlush.Outcome> second = new CompletableFuture<>();
        CompletableFuture<SharedFlush.Outcome> third = new CompletableFuture<>();
        Await.waiting(flushing(shared, second));
        Await.waiting(flushing(shared, third));
        mayEnd.countDown();
        assertThat(first.join().pendingRows()).isZero();
        second.join();
        third.join();
        assertThat(flushes).hasValue(2);
    }

    @Test
    void flush_thatThrows_doesNotHoldUpTheOthers() throws Exception {
        SharedFlush shared = new SharedFlush(() -> slowFirst(true));
        CompletableFuture<SharedFlush.Outcome> first = new CompletableFuture<>();
        flushing(shared, first);
        began.await();
        CompletableFuture<SharedFlush.Outcome> second = new CompletableFuture<>();
        Await.waiting(flushing(shared, second));
        mayEnd.countDown();
        assertThatThrownBy(first::join).hasMessageContaining("closed");
        assertThat(second.join().pendingRows()).isZero();
    }

    @Test
    void task_thatIsKilledWhileItWaits_doesNotHoldUpTheOthers() throws Exception {
        SharedFlush shared = new SharedFlush(() -> slowFirst(false));
        CompletableFuture<SharedFlush.Outcome> first = new CompletableFuture<>();
        flushing(shared, first);
        began.await();
        CompletableFuture<SharedFlush.Outcome> killed = new CompletableFuture<>();
        Thread waiting = flushing(shared, killed);
        Await.waiting(waiting);
        waiting.interrupt();
        assertThatThrownBy(killed::join).hasCauseInstanceOf(InterruptedException.class);
        mayEnd.countDown();
        first.join();
        shared.flush();
        assertThat(flushes).hasValue(2);
    }
}
