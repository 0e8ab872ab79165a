package io.github.djlcachex.djl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls that may hang, and who waits for them. */
class HelperThreadTest {

    private static final long LONG = TimeUnit.MINUTES.toNanos(2);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(10);

    private final HelperThread helper = new HelperThread("helper");

    @Test
    void call_thatEnds_returnsItsResultFromADaemonOfItsName() throws Exception {
        assertThat(helper.call(() -> Thread.currentThread().getName(), LONG)).contains("helper");
        assertThat(helper.call(() -> Thread.currentThread().isDaemon(), LONG)).contains(true);
    }

    @Test
    void call_thatThrows_throwsItsException() {
        assertThatThrownBy(
                        () ->
                                helper.call(
                                        () -> {
                                            throw new IOException("stale handle");
                                        },
                                        LONG))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void call_behindOneThatHangs_isNotMadeAndWaitsForNothing() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        assertThat(helper.call(() -> hangs.await(2, TimeUnit.MINUTES), SHORT)).isEmpty();
        // with a wait for the call that hangs this would take minutes
        assertThat(helper.call(made::incrementAndGet, LONG)).isEmpty();
        assertThat(made).hasValue(0);
        hangs.countDown();
        while (helper.call(made::incrementAndGet, LONG).isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void call_ofAnInterruptedThread_waitsAndKeepsTheInterrupt() throws Exception {
        Thread.currentThread().interrupt();
        assertThat(helper.call(() -> 7, LONG)).contains(7);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void calls_ofManyThreads_areAllMadeOneAfterTheOther() throws Exception {
        AtomicInteger running = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                results.add(
                        executor.submit(
                                () ->
                                        helper.call(
                                                        () -> {
                                                            assertThat(running.incrementAndGet())
                                                                    .isOne();
                                                            running.decrementAndGet();
                                                            return number;
                                                        },
                                                        LONG)
                                                .orElseThrow()));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(results.get(i).get(2, TimeUnit.MINUTES)).isEqualTo(i);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
