package io.github.djlcachex.scenario.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/** Many threads on one cache, and threads that are interrupted. */
class ConcurrencyTest {

    private static final int KEYS = 4000;

    @TempDir Path directory;

    private static Keys randomKeys(Random random, int count) {
        return Keys.of(random.longs(count, 0, KEYS).toArray());
    }

    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void gather_on8ThreadsWhileOnePutsAndFlushes_givesNoWrongRow(ReadMode mode) {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong hits = new AtomicLong();
        try (FeatureCache cache =
                Caches.at(directory)
                        .readMode(mode)
                        .memoryTierBytes(0)
                        .segmentRows(37)
                        .durability(Durability.OS)
                        .open()) {
            TestThreads threads = new TestThreads();
            for (int reader = 0; reader < 8; reader++) {
                Random random = new Random(reader);
                threads.add(
                        () -> {
                            while (!done.get()) {
                                hits.addAndGet(Caches.rightHits(cache, randomKeys(random, 32)));
                            }
                        });
            }
            threads.add(
                    () -> {
                        for (long at = 0; at < KEYS; at += 20) {
                            Caches.put(cache, TestRows.range(at, at + 20));
                            Caches.assertAllRight(cache, TestRows.range(at, at + 20));
                            if (at % 200 == 0) {
                                assertThat(cache.flush().isComplete()).isTrue();
                            }
                        }
                        done.set(true);
                    });
            threads.joinAll();
            assertThat(hits.get()).isPositive();
            assertThat(cache.stats().corruptRows()).isZero();
            Caches.assertAllRight(cache, TestRows.range(0, KEYS));
        }
    }

    /** Each row has a segment of its own, and each put waits until rows before it are written. */
    @Test
    void gather_whileTheMemoryOfWrittenRowsIsFilledAgain_givesNoWrongRow() {
        int batchRows = 8;
        int batches = 150;
        RowSchema schema = RowSchema.of(Column.of(ElementType.INT64, 16 * 1024));
        AtomicLong begun = new AtomicLong();
        AtomicLong hits = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        try (FeatureCache cache =
                Caches.at(directory)
                        .segmentRows(1)
                        .writeQueueBytes(2 * schema.rowBytes())
                        .durability(Durability.OS)
                        .open()) {
            TestThreads threads = new TestThreads();
            for (int reader = 0; reader < 3; reader++) {
                Random random = new Random(reader);
                threads.add(
                        () -> {
                            RowBatch into = RowBatch.allocate(schema, 1);
                            while (begun.get() < batches) {
                                long newest = begun.get() * batchRows;
                                long key = Math.max(0, newest - random.nextInt(2 * batchRows));
                                if (cache.gather(Keys.of(key), into).isComplete()) {
                                    hits.incrementAndGet();
                                    wrong.addAndGet(isFilledWith(key, into) ? 0 : 1);
                                }
                            }
                        });
            }
            threads.add(
                    () -> {
                        RowBatch rows = RowBatch.allocate(schema, batchRows);
                        while (begun.get() < batches) {
                            long first = begun.getAndIncrement() * batchRows;
                            fill(rows, first);
                            cache.put(TestRows.range(first, first + batchRows), rows);
                        }
                    });
            threads.joinAll();
        }
        assertThat(hits.get()).isPositive();
        assertThat(wrong.get()).isZero();
    }

    /** Fills each row with its key. */
    private static void fill(RowBatch rows, long firstKey) {
        int rowBytes = rows.buffer(0).capacity() / rows.rows();
        for (int at = 0; at < rows.buffer(0).capacity(); at += Long.BYTES) {
            rows.buffer(0).putLong(at, firstKey + at / rowBytes);
        }
    }

    private static boolean isFilledWith(long key, RowBatch row) {
        boolean filled = true;
        for (int at = 0; at < row.buffer(0).capacity(); at += Long.BYTES) {
            filled &= row.buffer(0).getLong(at) == key;
        }
        return filled;
    }

    @Test
    void put_on8ThreadsWithOverlappingStringKeys_storesEachKeyOnce() {
        TestRows rows = new TestRows(RowSchema.of(Column.of(ElementType.INT8, 9)), 3);
        AtomicLong stored = new AtomicLong();
        Keys all = strings(LongStream.range(0, KEYS).toArray());
        try (FeatureCache cache =
                Caches.at(directory).segmentRows(101).durability(Durability.OS).open()) {
            TestThreads threads = new TestThreads();
            for (int writer = 0; writer < 8; writer++) {
                Random random = new Random(writer);
                threads.add(
                        () -> {
                            for (int round = 0; round < 150; round++) {
                                Keys keys = strings(random.longs(40, 0, KEYS).toArray());
                                stored.addAndGet(cache.put(keys, rows.batch(keys)).stored());
                                RowBatch into = RowBatch.allocate(rows.schema(), 40);
                                assertThat(cache.gather(keys, into).isComplete()).isTrue();
                                assertThat(rows.isRight(keys, round % 40, into)).isTrue();
                            }
                        });
            }
            threads.joinAll();
            stored.addAndGet(cache.put(all, rows.batch(all)).stored());
            assertThat(stored.get()).isEqualTo(KEYS);
            assertThat(cache.rowCount()).isEqualTo(KEYS);
            assertThat(cache.flush().isComplete()).isTrue();
            assertThat(cache.segments().stream().mapToInt(SegmentInfo::rows).sum()).isEqualTo(KEYS);
            assertThat(cache.keys().size()).isEqualTo(KEYS);
        }
    }

    private static Keys strings(long[] numbers) {
        return Keys.ofStrings(LongStream.of(numbers).mapToObj(n -> "sample-" + n).toList());
    }

    @Test
    void clear_whileOthersPutAndGather_breaksNobody() {
        AtomicBoolean done = new AtomicBoolean();
        try (FeatureCache cache =
                Caches.at(directory).segmentRows(20).durability(Durability.OS).open()) {
            TestThreads threads = new TestThreads();
            for (int worker = 0; worker < 4; worker++) {
                Random random = new Random(worker);
                threads.add(
                        () -> {
                            while (!done.get()) {
                                Caches.put(cache, randomKeys(random, 16));
                                Caches.rightHits(cache, randomKeys(random, 16));
                            }
                        });
            }
            threads.add(
                    () -> {
                        for (int round = 0; round < 20; round++) {
                            cache.clear();
                            cache.refresh();
                        }
                        done.set(true);
                    });
            threads.joinAll();
            cache.clear();
            assertThat(cache.rowCount()).isZero();
            assertThat(cache.keys().size()).isZero();
            assertThat(Caches.rightHits(cache, TestRows.range(0, KEYS))).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void close_whileOthersGatherAndPut_givesRightRowsOrTheTypedException(ReadMode mode) {
        for (int round = 0; round < 10; round++) {
            FeatureCache cache =
                    Caches.at(directory.resolve("r" + round))
                            .readMode(mode)
                            .durability(Durability.OS)
                            .memoryTierBytes(0)
                            .open();
            Caches.putAndFlush(cache, TestRows.range(0, 200));
            TestThreads threads = new TestThreads();
            AtomicLong gathered = new AtomicLong();
            for (int worker = 0; worker < 3; worker++) {
                Random random = new Random(worker);
                threads.add(
                        () -> {
                            try {
                                while (true) {
                                    Caches.rightHits(cache, randomKeys(random, 8));
                                    Caches.put(cache, randomKeys(random, 8));
                                    gathered.incrementAndGet();
                                }
                            } catch (CacheClosedException expected) {
                                assertThat(cache.isClosed()).isTrue();
                            }
                        });
            }
            threads.add(
                    () -> {
                        Await.until("the others are at it", () -> gathered.get() > 20);
                        cache.close();
                    });
            threads.joinAll();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ReadMode.class,
            names = {"MAPPED", "POSITIONAL"})
    void interruptedThread_everyCall_worksAndKeepsTheInterrupt(ReadMode mode) {
        Keys keys = TestRows.range(0, 50);
        TestThreads threads = new TestThreads();
        threads.add(
                () -> {
                    Thread.currentThread().interrupt();
                    FeatureCache cache =
                            Caches.at(directory.resolve("a/new/directory"))
                                    .readMode(mode)
                                    .memoryTierBytes(0)
                                    .open();
                    assertThat(Thread.currentThread().isInterrupted()).as("open").isTrue();
                    Caches.put(cache, keys);
                    assertThat(Thread.currentThread().isInterrupted()).as("put").isTrue();
                    assertThat(cache.flush().persistedRows()).isEqualTo(50);
                    assertThat(Thread.currentThread().isInterrupted()).as("flush").isTrue();
                    Caches.assertAllRight(cache, keys);
                    assertThat(Thread.currentThread().isInterrupted()).as("gather").isTrue();
                    assertThat(cache.refresh()).isZero();
                    assertThat(cache.keys()).isEqualTo(keys);
                    assertThat(Thread.currentThread().isInterrupted()).as("keys").isTrue();
                    cache.clear();
                    assertThat(Thread.currentThread().isInterrupted()).as("clear").isTrue();
                    Caches.put(cache, keys);
                    assertThat(cache.closeAndReport().isComplete()).isTrue();
                    assertThat(Thread.currentThread().isInterrupted()).as("close").isTrue();
                });
        threads.joinAll();
        try (FeatureCache cache = Caches.at(directory.resolve("a/new/directory")).open()) {
            Caches.assertAllRight(cache, keys);
        }
    }

    @Test
    void gather_positionalWhileThreadsAreInterruptedInIt_breaksNobody() {
        Keys keys = TestRows.range(0, 200);
        try (FeatureCache cache =
                Caches.at(directory)
                        .readMode(ReadMode.POSITIONAL)
                        .memoryTierBytes(0)
                        .segmentRows(50)
                        .open()) {
            Caches.putAndFlush(cache, keys);
            AtomicBoolean done = new AtomicBoolean();
            AtomicLong begun = new AtomicLong();
            TestThreads threads = new TestThreads();
            List<Thread> readers =
                    List.of(0, 1, 2).stream()
                            .map(
                                    reader ->
                                            threads.add(
                                                    () -> {
                                                        begun.incrementAndGet();
                                                        while (!done.get()) {
                                                            Caches.assertAllRight(cache, keys);
                                                        }
                                                    }))
                            .toList();
            threads.add(
                    () -> {
                        Await.until("all read", () -> begun.get() == 3);
                        for (int i = 0; i < 60; i++) {
                            long before = cache.stats().diskHits();
                            readers.get(i % 2).interrupt(); // the third one never is
                            Await.until(
                                    "rows were read",
                                    () -> cache.stats().diskHits() > before + 200);
                        }
                        done.set(true);
                    });
            threads.joinAll();
            assertThat(cache.stats().corruptRows()).isZero();
        }
    }
}
