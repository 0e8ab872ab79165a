package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.FaultyStorage.Rule;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Batches that several threads read. */
class ParallelGatherTest {

    private static final String HELPER = "djlcachex-gather-";
    private static final long SLOW_READ_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
    private static final int ROUNDS = 20;
    private static final int LARGE = 70_000;

    /** Every third key of a batch has no row. */
    private static final int ABSENT = 3;

    @TempDir Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private final AtomicInteger readingNow = new AtomicInteger();
    private final AtomicInteger readByHelpers = new AtomicInteger();

    private FeatureCache open(ReadMode mode) {
        return Caches.at(directory, storage).readMode(mode).memoryTierBytes(0).open();
    }

    private static void putPresent(FeatureCache cache, int keys) {
        long[] present = LongStream.range(0, keys).filter(key -> key % ABSENT != 0).toArray();
        Caches.putAndFlush(cache, Keys.of(present));
    }

    /** Gathers a batch of which every third row is missing. */
    private static void gatherRight(FeatureCache cache, int keys) {
        Keys all = TestRows.range(0, keys);
        RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), keys);
        GatherResult result = cache.gather(all, into);
        assertThat(result.missing())
                .isEqualTo(IntStream.range(0, keys).filter(i -> i % ABSENT == 0).toArray());
        for (int i = 0; i < keys; i++) {
            assertThat(i % ABSENT == 0 || Caches.ROWS.isRight(all, i, into)).isTrue();
        }
    }

    /** Reads that take long, in an interrupted thread too. */
    private static void pause(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            LockSupport.parkNanos(nanos);
        }
    }

    private void slowReads(Rule beside) {
        storage.rule(
                (op, file) -> {
                    if (op == Op.READ && file.toString().endsWith(".arrow")) {
                        pause(SLOW_READ_NANOS);
                        beside.before(op, file);
                    }
                });
    }

    /**
     * Takes longer than all of the caller's own reads in a helper, and tells whether this is one.
     */
    private boolean readInHelper() {
        if (!Thread.currentThread().getName().startsWith(HELPER)) {
            return false;
        }
        readingNow.incrementAndGet();
        pause(100 * SLOW_READ_NANOS);
        readingNow.decrementAndGet();
        readByHelpers.incrementAndGet();
        return true;
    }

    @Test
    void gather_rowsFromASlowDisk_areReadByManyThreads() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (FeatureCache cache = open(ReadMode.POSITIONAL)) {
            putPresent(cache, 200);
            slowReads((op, file) -> threads.add(Thread.currentThread().getName()));
            for (int round = 0; round < ROUNDS; round++) {
                gatherRight(cache, 200);
            }
            CacheStats stats = cache.stats();
            assertThat(stats.misses()).isEqualTo(ROUNDS * 67);
            assertThat(stats.diskHits()).isEqualTo(ROUNDS * 133);
        }
        assertThat(threads).hasSizeGreaterThan(2).anyMatch(name -> name.startsWith(HELPER));
    }

    @Test
    void gather_withOneReadThread_isReadByTheCallerAlone() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (FeatureCache cache =
                Caches.at(directory, storage)
                        .readMode(ReadMode.POSITIONAL)
                        .memoryTierBytes(0)
                        .readThreads(1)
                        .open()) {
            putPresent(cache, LARGE);
            Rule note =
                    (op, file) -> {
                        if (op == Op.READ && file.toString().endsWith(".arrow")) {
                            threads.add(Thread.currentThread());
                        }
                    };
            storage.rule(note);
            gatherRight(cache, LARGE);
            slowReads(note);
            gatherOften(cache);
        }
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    /** 70,000 rows of 72 bytes are large; on one core the caller reads them alone. */
    @Test
    void gather_aLargeBatch_findsWhatThereIsAndNamesTheOthersInOrder() {
        assertThat(LARGE * Caches.ROWS.schema().rowBytes())
                .isGreaterThan(2 * ParallelGather.LARGE_BYTES);
        try (FeatureCache cache = open(ReadMode.MAPPED)) {
            putPresent(cache, LARGE);
            long begun = GatherPool.SHARED.begun();
            for (int round = 0; round < 3; round++) {
                gatherRight(cache, LARGE);
            }
            assertThat(cache.stats().misses()).isEqualTo(3L * ((LARGE + ABSENT - 1) / ABSENT));
            if (Runtime.getRuntime().availableProcessors() > 1) {
                assertThat(GatherPool.SHARED.begun()).isGreaterThan(begun);
            }
        }
    }

    /** Or no large batch would be helped any more. */
    @Test
    void gather_aLargeBatchFails_givesTheOtherCoreBack() {
        try (FeatureCache cache = open(ReadMode.POSITIONAL)) {
            putPresent(cache, LARGE);
            storage.rule(
                    (op, file) -> {
                        if (op == Op.READ) {
                            throw new AssertionError("injected");
                        }
                    });
            assertThatThrownBy(() -> gatherRight(cache, LARGE)).hasMessage("injected");
        }
        assertThat(GatherPool.SHARED.largeGathers()).isZero();
    }

    /** Of memory that one thread alone may write, for instance. */
    @Test
    void gather_whatHelpersCannotRead_isReadByTheCaller() {
        try (FeatureCache cache = open(ReadMode.POSITIONAL)) {
            putPresent(cache, 200);
            slowReads(
                    (op, file) -> {
                        if (readInHelper()) {
                            throw new AssertionError("injected");
                        }
                    });
            gatherOften(cache);
            assertThat(readByHelpers).hasPositiveValue();
        }
    }

    @Test
    void gather_theCallerFails_throwsWhenNobodyReadsAnyMore() {
        try (FeatureCache cache = open(ReadMode.POSITIONAL)) {
            putPresent(cache, 200);
            slowReads(
                    (op, file) -> {
                        if (!readInHelper() && readingNow.get() > 0) {
                            throw new AssertionError("injected");
                        }
                    });
            assertThatThrownBy(() -> gatherOften(cache)).hasMessage("injected");
            assertThat(readingNow).hasValue(0);
            storage.heal();
            gatherRight(cache, 200);
        }
    }

    @Test
    void gather_interruptedBesideHelpers_findsAllAndKeepsTheInterrupt() {
        try (FeatureCache cache = open(ReadMode.POSITIONAL)) {
            putPresent(cache, 200);
            slowReads((op, file) -> readInHelper());
            for (int round = 0; round < 3; round++) {
                Thread.currentThread().interrupt();
                gatherRight(cache, 200);
                assertThat(Thread.interrupted()).isTrue();
                assertThat(readingNow).hasValue(0);
            }
            assertThat(readByHelpers).hasPositiveValue();
        }
    }

    /** A worker of a full pool may not be blocked in the ways of java.util.concurrent. */
    @Test
    void gather_inAFullPool_waitsForItsHelpers() throws Exception {
        ForkJoinPool full =
                new ForkJoinPool(
                        1,
                        ForkJoinPool.defaultForkJoinWorkerThreadFactory,
                        null,
                        false,
                        1,
                        1,
                        1,
                        null,
                        1,
                        TimeUnit.SECONDS);
        try (FeatureCache cache = open(ReadMode.POSITIONAL)) {
            putPresent(cache, 200);
            slowReads((op, file) -> readInHelper());
            full.submit(() -> gatherOften(cache)).get();
            assertThat(readingNow).hasValue(0);
            assertThat(readByHelpers).hasPositiveValue();
        } finally {
            full.shutdown();
        }
    }

    private static void gatherOften(FeatureCache cache) {
        for (int round = 0; round < 3; round++) {
            gatherRight(cache, 200);
        }
    }
}
