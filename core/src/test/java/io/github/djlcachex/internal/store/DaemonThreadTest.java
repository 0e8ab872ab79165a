package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Await;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

class DaemonThreadTest {

    private final CountDownLatch ran = new CountDownLatch(1);

    /** Fails as Thread.start does where a process may have no more threads. */
    private static Consumer<Thread> failing(AtomicInteger attempts, int failures) {
        return thread -> {
            if (attempts.incrementAndGet() <= failures) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            thread.start();
        };
    }

    @Test
    void startIfNeeded_twice_startsOneThread() {
        AtomicInteger attempts = new AtomicInteger();
        DaemonThread thread = new DaemonThread("test", ran::countDown, failing(attempts, 0));
        assertThat(thread.startIfNeeded()).isTrue();
        assertThat(thread.startIfNeeded()).isTrue();
        thread.join(10_000);
        assertThat(attempts.get()).isEqualTo(1);
        assertThat(ran.getCount()).isZero();
    }

    @Test
    void startIfNeeded_processIsOutOfThreads_saysSoAndTriesAgainLater() {
        AtomicInteger attempts = new AtomicInteger();
        DaemonThread thread = new DaemonThread("test", ran::countDown, failing(attempts, 1));
        assertThat(thread.startIfNeeded()).isFalse();
        assertThat(thread.startIfNeeded()).as("within the second").isFalse();
        assertThat(attempts.get()).isEqualTo(1);
        thread.join(10_000);
        Await.until("a thread was started", thread::startIfNeeded);
        thread.join(10_000);
        assertThat(ran.getCount()).isZero();
        assertThat(attempts.get()).isEqualTo(2);
    }
}
