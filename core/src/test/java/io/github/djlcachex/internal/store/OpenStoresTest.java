package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The stores of this JVM: opened once, shared, and not held up by one another. */
class OpenStoresTest {

    @TempDir Path directory;

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void open_filesystemThatHangs_keepsNoOtherStoreFromOpeningAndClosing() {
        FaultyStorage hanging = new FaultyStorage();
        CountDownLatch answer = new CountDownLatch(1);
        hanging.rule((op, file) -> await(op, answer));
        TestThreads threads = new TestThreads();
        Thread opener =
                threads.add(
                        () -> {
                            Path slow = directory.resolve("slow");
                            Caches.at(slow, hanging).open().close();
                        });
        threads.startAll();
        Await.waiting(opener);
        try (FeatureCache other = Caches.at(directory.resolve("other")).open()) {
            Caches.putAndFlush(other, TestRows.range(0, 5));
        }
        answer.countDown();
        threads.joinAll();
    }

    private static void await(Op op, CountDownLatch answer) throws IOException {
        try {
            if (op == Op.LIST) {
                answer.await();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void open_onSeveralThreads_sharesOneStore() {
        AtomicInteger stores = new AtomicInteger();
        FaultyStorage storage = new FaultyStorage();
        storage.rule((op, file) -> stores.addAndGet(op == Op.FILESYSTEM_TYPE ? 1 : 0));
        CountDownLatch all = new CountDownLatch(4);
        TestThreads threads = new TestThreads();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    () -> {
                        try (FeatureCache cache = Caches.at(directory, storage).open()) {
                            all.countDown();
                            all.await();
                            assertThat(cache.rowCount()).isZero();
                        }
                    });
        }
        threads.startAll();
        threads.joinAll();
        assertThat(stores.get()).isOne();
    }

    @Test
    void open_afterAFailedOne_triesAnew() {
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    if (op == Op.LIST && file.equals(Caches.paths(directory).module())) {
                        throw new IOException("injected");
                    }
                });
        assertThatThrownBy(() -> Caches.at(directory, storage).open())
                .isInstanceOf(CacheIoException.class);
        storage.rule((op, file) -> {});
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 5));
        }
    }
}
