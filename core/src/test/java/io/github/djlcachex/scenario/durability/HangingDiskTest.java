package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A filesystem that does not answer: nobody waits for it more than once, or longer than said. */
class HangingDiskTest {

    private static final int MANY = 60;

    @TempDir Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private final CountDownLatch answer = new CountDownLatch(1);

    /** Each wait would take a second, and all together longer than the test may. */
    @Test
    @Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void put_whereTheContractHangs_waitsOnceAndKeepsRowsInMemory() {
        FeatureCacheBuilder builder =
                Caches.at(directory, storage).putTimeout(Duration.ofMillis(1));
        try (FeatureCache cache = builder.open()) {
            storage.rule(FaultyStorage.waiting(Op.CREATE, ".tmp", answer));
            for (int i = 0; i < MANY; i++) {
                assertThat(Caches.put(cache, TestRows.range(i, i + 1)))
                        .isEqualTo(Seams.put(0, 0, 1));
            }
            Caches.assertAllRight(cache, TestRows.range(0, MANY));
            assertThat(cache.flush().isComplete()).isTrue();
            answer.countDown();
            Await.until("the contract is there", () -> isAgreed(cache));
            assertThat(Caches.put(cache, TestRows.range(0, MANY)))
                    .isEqualTo(Seams.put(MANY - 1, 1, 0)); // one was asked with
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, MANY));
        }
    }

    private static boolean isAgreed(FeatureCache cache) {
        return Files.exists(cache.directory().resolve("contract.json"))
                && Caches.put(cache, TestRows.range(0, 1)).declined() == 0;
    }

    /** The contract that a hanging attempt has written at last may be given up by a reset. */
    @Test
    @Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void reset_afterAnAttemptThatHung_leavesNothingOfIt() {
        FeatureCacheBuilder builder =
                Caches.at(directory, storage).putTimeout(Duration.ofMillis(1));
        try (FeatureCache cache = builder.open()) {
            storage.rule(FaultyStorage.waiting(Op.CREATE, ".tmp", answer));
            assertThat(Caches.put(cache, TestRows.range(0, 5)).declined()).isEqualTo(5);
            answer.countDown();
            Await.until("the contract is there", () -> isAgreed(cache));
            cache.reset();
            Caches.putAndFlush(cache, TestRows.range(0, 6));
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 6));
        }
    }

    @Test
    @Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void put_whereTheQueueStaysFull_waitsOnceUntilSomethingIsWritten() {
        FeatureCacheBuilder builder =
                Caches.at(directory, storage).segmentRows(10).writeQueueBytes(4096);
        try (FeatureCache cache = builder.putTimeout(Duration.ofSeconds(1)).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            storage.rule(FaultyStorage.waiting(Op.CREATE, ".tmp", answer));
            assertThat(Caches.put(cache, TestRows.range(100, 400)).declined()).isPositive();
            for (int i = 0; i < MANY; i++) {
                assertThat(Caches.put(cache, TestRows.range(500 + i, 501 + i)).declined()).isOne();
            }
            answer.countDown();
            assertThat(cache.flush().isComplete()).isTrue();
            assertThat(Caches.put(cache, TestRows.range(500, 520)).declined()).isZero();
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void close_whereTheLastStepsHang_returnsAndEndsThemLater() {
        FeatureCacheBuilder builder =
                Caches.at(directory, storage)
                        .indexSnapshotRows(10)
                        .closeTimeout(Duration.ofSeconds(1));
        try (FeatureCache cache = builder.open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 5));
            storage.rule(FaultyStorage.waiting(Op.CREATE_DIRECTORY, "index", answer));
            Caches.put(cache, TestRows.range(5, 20));
        }
        answer.countDown();
        Await.until("the threads are gone", () -> TestThreads.ofCache().isEmpty());
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 20));
        }
    }

    @Test
    void endOfTheJvm_whereTheDiskHangs_comes() throws Exception {
        try (ChildJvm child = ChildJvm.start(directory, Hanging.class, directory)) {
            child.awaitLine("put");
            assertThat(child.awaitEnd()).isZero();
        }
    }

    /** Forgets to close caches whose disk hangs: at a write, and behind the last one. */
    static final class Hanging {
        private Hanging() {}

        @SuppressWarnings("MustBeClosedChecker")
        public static void main(String[] args) {
            CountDownLatch never = new CountDownLatch(1);
            for (String hanging : List.of("index", ".tmp", "index")) {
                FaultyStorage storage = new FaultyStorage();
                Path directory = Path.of(args[0]).resolve(hanging + System.nanoTime());
                FeatureCache cache =
                        Caches.at(directory, storage)
                                .indexSnapshotRows(10)
                                .closeTimeout(Duration.ofMillis(500))
                                .open();
                Caches.putAndFlush(cache, TestRows.range(0, 5));
                storage.rule(
                        hanging.equals("index")
                                ? FaultyStorage.waiting(Op.CREATE_DIRECTORY, hanging, never)
                                : FaultyStorage.waiting(Op.CREATE, hanging, never));
                Caches.put(cache, TestRows.range(5, 20));
            }
            System.out.println("put");
        }
    }

    @Test
    void endOfTheJvm_whileAnotherThreadCloses_waitsForIt() throws Exception {
        try (ChildJvm child = ChildJvm.start(directory, Closing.class, directory)) {
            assertThat(child.awaitEnd()).isZero();
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 20));
        }
    }

    /** Ends while a daemon thread closes, slowly. */
    static final class Closing {
        private Closing() {}

        @SuppressWarnings("MustBeClosedChecker")
        public static void main(String[] args) throws InterruptedException {
            CountDownLatch writing = new CountDownLatch(1);
            FaultyStorage storage = new FaultyStorage();
            FeatureCache cache = Caches.at(Path.of(args[0]), storage).open();
            Caches.put(cache, TestRows.range(0, 20));
            storage.rule(
                    (op, file) -> {
                        if (op == Op.WRITE) {
                            writing.countDown();
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
                        }
                    });
            Thread closer = new Thread(cache::close);
            closer.setDaemon(true);
            closer.start();
            writing.await();
            System.exit(0);
        }
    }
}
