package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Await;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class GatherPoolTest {

    private static final int MOST = 7;

    /** Threads that the leak check knows as shared. */
    private static GatherPool of(int cores) {
        return new GatherPool(work -> new Thread(work, "djlcachex-gather-0"), cores);
    }

    @Test
    void beginLarge_ofAsManyAsHalfTheCores_leavesACoreForEach() {
        GatherPool threads = of(5);
        assertThat(threads.beginLargeGather()).isTrue();
        assertThat(threads.beginLargeGather()).isTrue();
        assertThat(threads.beginLargeGather()).isFalse();
        threads.endLargeGather();
        threads.endLargeGather();
        assertThat(threads.beginLargeGather()).isTrue();
        assertThat(of(1).beginLargeGather()).isFalse();
    }

    @Test
    void offer_theSystemGivesNoThread_isRefusedAndNotTriedAgainAtOnce() {
        AtomicInteger tried = new AtomicInteger();
        GatherPool threads =
                new GatherPool(
                        work -> {
                            tried.incrementAndGet();
                            throw new OutOfMemoryError("injected");
                        },
                        2);
        for (int i = 0; i < 100; i++) {
            assertThat(threads.tryExecute(() -> {})).isFalse();
        }
        assertThat(tried).hasValueLessThan(5);
        int before = tried.get();
        Await.until(
                "it is tried again", () -> !threads.tryExecute(() -> {}) && tried.get() > before);
    }

    @Test
    void offer_moreThanThereMayBe_isNotKeptForLater() {
        GatherPool threads = of(2);
        threads.allow(3);
        threads.allow(MOST);
        threads.allow(2);
        AtomicBoolean end = new AtomicBoolean();
        AtomicInteger run = new AtomicInteger();
        for (int i = 0; i < 2 * MOST; i++) {
            boolean accepted =
                    threads.tryExecute(
                            () -> {
                                run.incrementAndGet();
                                Await.until("the end", end::get);
                            });
            assertThat(accepted).isEqualTo(i < MOST);
        }
        Await.until("all run", () -> run.get() == MOST);
        assertThat(threads.begun()).isEqualTo(MOST);
        end.set(true);
    }
}
