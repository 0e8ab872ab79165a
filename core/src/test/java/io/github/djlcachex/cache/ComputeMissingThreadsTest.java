package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Several threads, and calls within calls, that compute the same missing rows. */
@NullUnmarked
class ComputeMissingThreadsTest extends MissingRowsScenario {

    @Test
    void computeMissing_functionOfAnotherThreadThrows_computesItself() {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch computing = new CountDownLatch(1);
        try (FeatureCache cache = builder().open()) {
            TestThreads threads = new TestThreads();
            threads.add(
                    () ->
                            assertThatThrownBy(
                                            () ->
                                                    cache.computeMissing(
                                                            new long[] {1, 2},
                                                            ids -> {
                                                                computing.countDown();
                                                                waits.await();
                                                                throw new IOException("no model");
                                                            }))
                                    .hasMessage("no model"));
            Thread other =
                    threads.add(
                            () -> {
                                computing.await();
                                assertThat(cache.computeMissing(new long[] {2, 1}, this::compute))
                                        .isDeepEqualTo(rowsOf(2, 1));
                            });
            threads.startAll();
            computing.await();
            Await.waiting(other);
            waits.countDown();
            threads.joinAll();
            assertThat(asked).containsExactly(new long[] {2, 1});
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The function asks for the ids that it is asked for, and for others. */
    @Test
    void computeMissing_withinItself_doesNotWaitForItself() {
        try (FeatureCache cache = builder().open()) {
            TestThreads threads = new TestThreads();
            threads.add(
                    () -> {
                        float[][] rows =
                                cache.computeMissing(
                                        new long[] {1, 2},
                                        ids -> cache.computeMissing(ids, this::compute));
                        assertThat(rows).isDeepEqualTo(rowsOf(1, 2));
                    });
            threads.joinAll();
            assertThat(asked).containsExactly(new long[] {1, 2});
            assertThat(cache.rowCount()).isEqualTo(2);
        }
    }

    /** Two threads each compute what the other one's function asks for. */
    @Test
    void computeMissing_withinTwoThatNeedEachOther_doesNotDeadlock() {
        CyclicBarrier bothCompute = new CyclicBarrier(2);
        try (FeatureCache cache = builder().open();
                FeatureCache second = builder().fingerprint("second").open()) {
            TestThreads threads = new TestThreads();
            for (FeatureCache inner : List.of(cache, second)) {
                FeatureCache outer = inner == cache ? second : cache;
                threads.add(
                        () -> {
                            float[] row =
                                    outer.computeMissing(
                                            1,
                                            id -> {
                                                bothCompute.await(60, TimeUnit.SECONDS);
                                                return inner.computeMissing(1, each -> rowOf(1));
                                            });
                            assertThat(row).isEqualTo(rowOf(1));
                        });
            }
            threads.joinAll();
            assertThat(cache.rowCount() + second.rowCount()).isEqualTo(2);
        }
    }

    @Test
    void computeMissing_onManyThreads_computesEachIdOnce() {
        int ids = 500;
        Map<Long, Integer> computed = new ConcurrentHashMap<>();
        try (FeatureCache cache = builder().segmentRows(64).open()) {
            TestThreads threads = new TestThreads();
            for (int t = 0; t < 8; t++) {
                Random random = new Random(t);
                threads.add(
                        () -> {
                            for (int call = 0; call < 60; call++) {
                                long[] some = random.longs(random.nextInt(40), 0, ids).toArray();
                                float[][] rows =
                                        cache.computeMissing(
                                                some,
                                                missing -> {
                                                    for (long id : missing) {
                                                        computed.merge(id, 1, Integer::sum);
                                                    }
                                                    return rowsOf(missing);
                                                });
                                assertThat(rows).isDeepEqualTo(rowsOf(some));
                            }
                        });
            }
            threads.joinAll();
            assertThat(computed.values()).containsOnly(1);
            assertThat(cache.rowCount()).isEqualTo(computed.size());
        }
    }

    @Test
    void claim_ofClaimedRows_givesTheOthers() throws InterruptedException {
        CountDownLatch claimed = new CountDownLatch(1);
        Keys keys = TestRows.range(0, 4);
        int[] all = IntStream.range(0, 4).toArray();
        try (FeatureCache cache = builder().open()) {
            RowClaims first = cache.claim(keys, new int[] {1, 2});
            assertThat(first.positions()).containsExactly(1, 2);
            TestThreads threads = new TestThreads();
            Thread other =
                    threads.add(
                            () -> {
                                RowClaims rest = cache.claim(keys, all);
                                claimed.countDown();
                                assertThat(rest.positions()).containsExactly(0, 3);
                                rest.awaitOthers();
                                try (RowClaims again = cache.claim(keys, all)) {
                                    assertThat(again.positions()).containsExactly(all);
                                }
                            });
            threads.startAll();
            claimed.await();
            Await.waiting(other);
            first.close();
            first.close();
            threads.joinAll();
        }
    }
}
