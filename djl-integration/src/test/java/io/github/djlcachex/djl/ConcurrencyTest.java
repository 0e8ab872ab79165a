package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

/** Eight threads through one decorator. */
class ConcurrencyTest {

    private static final int THREADS = 8;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir Path directory;

    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void close() {
        executor.shutdownNow();
    }

    private void onAllThreads(Callable<Void> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<Void>> futures = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            futures.add(
                    executor.submit(
                            () -> {
                                start.await(60, TimeUnit.SECONDS);
                                return task.call();
                            }));
        }
        for (Future<Void> future : futures) {
            future.get(120, TimeUnit.SECONDS);
        }
    }

    private static void assertRows(CacheBlockDecorator decorator, long... ids) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            float[] rows = new float[ids.length];
            float[] expected = new float[ids.length];
            for (int i = 0; i < ids.length; i++) {
                rows[i] = ids[i];
                expected[i] = 2 * ids[i] + 1;
            }
            NDList batch =
                    CacheIds.attach(
                            new NDList(manager.create(rows, new Shape(ids.length, 1))), ids);
            NDList outputs = Decorated.run(decorator, manager, batch);
            assertThat(outputs.head().toFloatArray()).isEqualTo(expected);
        }
    }

    @Test
    void forward_sameRowsMissingOnEightThreadsAtOnce_computesThemOnce() throws Exception {
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        SpyBlock spy =
                new SpyBlock(
                        inputs -> {
                            Objects.requireNonNull(meanwhile.get()).run();
                            return new NDList(inputs.head().mul(2).add(1));
                        });
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            assertRows(decorator, 0);
            long[] ids = LongStream.range(1, 33).toArray();
            long allMissed = decorator.cache().stats().misses() + (long) THREADS * ids.length;
            // the one that computes waits until the others have looked the rows up in vain
            meanwhile.set(() -> awaitMisses(decorator, allMissed));
            onAllThreads(
                    () -> {
                        assertRows(decorator, ids);
                        return null;
                    });
            assertThat(spy.rowsRun()).isEqualTo(1 + ids.length);
            assertThat(decorator.stats().computedRows()).isEqualTo(1 + ids.length);
            assertThat(decorator.stats().misses()).isEqualTo(1 + ids.length);
            assertThat(decorator.stats().hits()).isEqualTo((THREADS - 1L) * ids.length);
        }
    }

    private static void awaitMisses(CacheBlockDecorator decorator, long misses) {
        long start = System.nanoTime();
        while (decorator.cache().stats().misses() < misses) {
            assertThat(System.nanoTime() - start).isLessThan(DEADLINE_NANOS);
            Thread.onSpinWait();
        }
    }

    @Test
    void forward_firstRowsOfAModuleOnEightThreads_computesThemOnce() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            onAllThreads(
                    () -> {
                        assertRows(decorator, 1, 2, 3, 4);
                        return null;
                    });
            assertThat(spy.rowsRun()).isEqualTo(4);
        }
    }

    @Test
    void forward_randomBatchesOnEightThreads_givesEachItsRows() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            onAllThreads(
                    () -> {
                        Random random = new Random(Thread.currentThread().getId());
                        for (int batch = 0; batch < 60; batch++) {
                            assertRows(
                                    decorator,
                                    random.longs(1 + random.nextInt(40), 0, 500).toArray());
                        }
                        return null;
                    });
            assertThat(spy.rowsRun()).isEqualTo(decorator.cache().rowCount());
            assertThat(spy.rowsRun()).isLessThanOrEqualTo(500);
            DecoratorStats stats = decorator.stats();
            assertThat(stats.hits() + stats.misses())
                    .isGreaterThan(stats.computedRows() + stats.batches());
        }
    }

    /** Returns a block in which each thread waits until all run it at once, once it is armed. */
    private static SpyBlock meeting(AtomicReference<CyclicBarrier> barrier) {
        return new SpyBlock(
                inputs -> {
                    CyclicBarrier armed = barrier.get();
                    if (armed != null) {
                        await(armed);
                    }
                    return new NDList(inputs.head().mul(2).add(1));
                });
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("not all threads run the block at once", e);
        }
    }

    @Test
    void forward_differentRowsMissingOnEightPredictors_runsTheBlockOnAllAtOnce() throws Exception {
        AtomicReference<CyclicBarrier> barrier = new AtomicReference<>();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(meeting(barrier)).build()) {
            assertRows(decorator, 0);
            barrier.set(new CyclicBarrier(THREADS));
            AtomicLong next = new AtomicLong(1);
            onAllThreads(
                    () -> {
                        assertRows(decorator, next.getAndIncrement(), 0);
                        return null;
                    });
            assertThat(decorator.stats().computedRows()).isEqualTo(1 + THREADS);
        }
    }

    @Test
    void forward_switchedOffOnEightPredictors_runsTheBlockOnAllAtOnce() throws Exception {
        AtomicReference<CyclicBarrier> barrier = new AtomicReference<>();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(meeting(barrier)).build()) {
            decorator.setEnabled(false);
            assertRows(decorator, 0);
            barrier.set(new CyclicBarrier(THREADS));
            onAllThreads(
                    () -> {
                        assertRows(decorator, 1, 2);
                        return null;
                    });
            assertThat(decorator.stats().uncachedBatches()).isEqualTo(1 + THREADS);
        }
    }

    @Test
    void forward_trainersBatchesOnEightThreads_runTheBlockOneAfterAnother() throws Exception {
        AtomicInteger running = new AtomicInteger();
        SpyBlock spy = oneAtATime(running);
        try (CacheBlockDecorator decorator = Decorated.in(directory).setBlock(spy).build()) {
            AtomicLong next = new AtomicLong();
            onAllThreads(
                    () -> {
                        runAsTrainer(decorator, next.getAndIncrement());
                        return null;
                    });
            assertThat(spy.calls()).hasSize(THREADS);
        }
    }

    private static SpyBlock oneAtATime(AtomicInteger running) {
        return new SpyBlock(
                inputs -> {
                    assertThat(running.incrementAndGet()).isOne();
                    for (int i = 0; i < 100_000; i++) {
                        Thread.onSpinWait();
                    }
                    NDList outputs = new NDList(inputs.head().mul(2).add(1));
                    assertThat(running.decrementAndGet()).isZero();
                    return outputs;
                });
    }

    private static void runAsTrainer(CacheBlockDecorator decorator, long id) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList input = new NDList(manager.create(new float[] {id}, new Shape(1, 1)));
            Decorated.train(decorator, manager, CacheIds.attach(input, id));
        }
    }

    @Test
    void forward_engineOfWhichNothingIsKnown_runsOneThreadAfterAnother() throws Exception {
        AtomicInteger running = new AtomicInteger();
        SpyBlock spy = oneAtATime(running);
        SequentialBlock network = new SequentialBlock().add(spy).add(new GraphBlock());
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(network).optFingerprint("a").build()) {
            AtomicLong next = new AtomicLong();
            onAllThreads(
                    () -> {
                        long id = next.getAndIncrement();
                        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                            NDList input =
                                    new NDList(manager.create(new float[] {id}, new Shape(1, 1)));
                            Decorated.run(decorator, manager, CacheIds.attach(input, id));
                        }
                        return null;
                    });
            assertThat(spy.calls()).hasSize(THREADS);
        }
    }

    @Test
    void forward_theComputingThreadFails_anotherComputesTheRow() throws Exception {
        AtomicBoolean failsNext = new AtomicBoolean();
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        SpyBlock spy =
                new SpyBlock(
                        inputs -> {
                            if (failsNext.getAndSet(false)) {
                                Objects.requireNonNull(meanwhile.get()).run();
                                throw new IllegalStateException("fails once");
                            }
                            return new NDList(inputs.head().mul(2).add(1));
                        });
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            assertRows(decorator, 0);
            long allMissed = decorator.cache().stats().misses() + THREADS;
            meanwhile.set(() -> awaitMisses(decorator, allMissed));
            failsNext.set(true);
            AtomicInteger failures = new AtomicInteger();
            onAllThreads(
                    () -> {
                        try {
                            assertRows(decorator, 1);
                        } catch (IllegalStateException e) {
                            failures.incrementAndGet();
                        }
                        return null;
                    });
            assertThat(failures).hasValue(1);
            assertThat(decorator.stats().computedRows()).isEqualTo(2);
        }
    }

    @Test
    void forward_realExtractorInEightPredictors_givesEachItsRows() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator =
                        Decorated.in(directory)
                                .setBlock(fixture.block())
                                .optMinBatchRows(MinRows.OF_A_TRAINER)
                                .build()) {
            assertDigitsOnAllThreads(fixture, decorator, false);
        }
    }

    @Test
    void forward_realExtractorOnEightThreads_givesEachItsRows() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            assertDigitsOnAllThreads(fixture, decorator, true);
        }
    }

    private void assertDigitsOnAllThreads(
            Fixture fixture, CacheBlockDecorator decorator, boolean training) throws Exception {
        Digits digits = Digits.read(5, 9, 120);
        List<String> reference = reference(fixture, digits);
        onAllThreads(
                () -> {
                    Random random = new Random(Thread.currentThread().getId());
                    for (int batch = 0; batch < 15; batch++) {
                        int[] positions = random.ints(20, 0, digits.size()).toArray();
                        assertDigits(decorator, digits, positions, reference, training);
                    }
                    return null;
                });
        assertThat(decorator.stats().computedRows()).isEqualTo(decorator.cache().rowCount());
    }

    private static List<String> reference(Fixture fixture, Digits digits) {
        NDList all = new NDList(digits.array(fixture.manager()));
        for (int i = 0; i < 2; i++) {
            // the engine optimizes the graph within the first runs
            Decorated.run(fixture.block(), fixture.manager(), all);
        }
        return Bits.rows(Decorated.run(fixture.block(), fixture.manager(), all).head());
    }

    private static void assertDigits(
            CacheBlockDecorator decorator,
            Digits digits,
            int[] positions,
            List<String> reference,
            boolean training) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            long[] ids = new long[positions.length];
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < ids.length; i++) {
                ids[i] = positions[i];
                expected.add(reference.get(positions[i]));
            }
            NDList batch = CacheIds.attach(new NDList(digits.array(manager, positions)), ids);
            NDList outputs =
                    training
                            ? Decorated.train(decorator, manager, batch)
                            : Decorated.run(decorator, manager, batch);
            assertThat(outputs.head().getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(Bits.rows(outputs.head())).isEqualTo(expected);
        }
    }
}
