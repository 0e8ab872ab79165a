package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FullQueuePolicy;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows that are put while the queue of those to be written is full. */
class FullQueueTest extends FaultyDiskScenario {

    @Test
    void put_queueFullAndDecline_declinesAtOnceAndKeepsTheRowsInMemory() {
        CountDownLatch slow = new CountDownLatch(1);
        try (FeatureCache cache =
                builder()
                        .segmentRows(10)
                        .writeQueueBytes(4096)
                        .whenQueueFull(FullQueuePolicy.DECLINE)
                        .open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.waiting(Op.CREATE, ".tmp", slow));
            PutResult result = Caches.put(cache, TestRows.range(100, 400));
            assertThat(result.declined()).isPositive();
            assertThat(result.stored() + result.declined()).isEqualTo(300);
            assertThat(cache.stats().declinedRows()).isEqualTo(result.declined());
            Caches.assertAllRight(cache, TestRows.range(100, 400));
            slow.countDown();
            assertThat(cache.flush().persistedRows()).isEqualTo(result.stored());
            assertThat(Caches.put(cache, TestRows.range(500, 510)).stored()).isEqualTo(10);
        }
    }

    @Test
    void put_queueFullAndWait_declinesAfterTheLimit() {
        CountDownLatch slow = new CountDownLatch(1);
        try (FeatureCache cache =
                builder()
                        .segmentRows(10)
                        .writeQueueBytes(4096)
                        .putTimeout(Duration.ofMillis(1))
                        .open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.waiting(Op.CREATE, ".tmp", slow));
            assertThat(Caches.put(cache, TestRows.range(100, 400)).declined()).isPositive();
            slow.countDown();
        }
    }

    @Test
    void put_queueFullAndWait_goesOnWhenThereIsRoom() {
        CountDownLatch slow = new CountDownLatch(1);
        try (FeatureCache cache =
                builder()
                        .segmentRows(10)
                        .writeQueueBytes(4096)
                        .putTimeout(Duration.ofMinutes(1))
                        .open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(FaultyStorage.waiting(Op.CREATE, ".tmp", slow));
            TestThreads threads = new TestThreads();
            Thread putting =
                    threads.add(
                            () ->
                                    assertThat(Caches.put(cache, TestRows.range(100, 400)))
                                            .isEqualTo(Seams.put(300, 0, 0)));
            threads.startAll();
            Await.waiting(putting);
            slow.countDown();
            threads.joinAll();
            assertThat(cache.flush().isComplete()).isTrue();
            Caches.assertAllRight(cache, TestRows.range(100, 400));
        }
    }

    @Test
    void put_queueFullWhileWritesFail_declinesAtOnce() {
        CountDownLatch slow = new CountDownLatch(1);
        AtomicInteger creations = new AtomicInteger();
        try (FeatureCache cache =
                builder()
                        .segmentRows(10)
                        .writeQueueBytes(4096)
                        .putTimeout(Duration.ofDays(1)) // would hang the test
                        .open()) {
            Caches.putAndFlush(cache, FIRST);
            storage.rule(
                    (op, file) -> {
                        if (op == Op.CREATE && creations.getAndIncrement() >= 2) {
                            FaultyStorage.waiting(Op.CREATE, ".tmp", slow).before(op, file);
                        }
                        if (op == Op.CREATE) {
                            throw new IOException("injected: disk full");
                        }
                    });
            Caches.put(cache, TestRows.range(100, 110)); // fails twice, is lost
            Await.until("the loss is known", () -> cache.stats().lostRows() == 10);
            assertThat(Caches.put(cache, TestRows.range(200, 500)).declined()).isPositive();
            slow.countDown();
            assertThat(cache.flush().persistedRows()).isZero();
        }
    }
}
