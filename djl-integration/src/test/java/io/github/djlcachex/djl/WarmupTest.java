package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Record;

import io.github.djlcachex.djl.internal.RowCost;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A dataset of numbers, whose features are computed in one call. */
class WarmupTest {

    private static final int ROWS = 30;

    @TempDir Path directory;

    private final List<Long> loaded = Collections.synchronizedList(new ArrayList<>());
    private final SpyBlock spy = SpyBlock.twicePlusOne();

    /** Returns rows of which some cannot be loaded. */
    private CachedDataset dataset(Set<Long> unreadable) {
        return CachedDataset.withLongIds(
                new TestDataset(ROWS, 4) {
                    @Override
                    public Record get(NDManager manager, long index) throws IOException {
                        if (unreadable.contains(index)) {
                            throw new IOException("no file " + index);
                        }
                        loaded.add(index);
                        return new Record(
                                new NDList(manager.create(new float[] {index})), new NDList());
                    }
                },
                index -> 100 + index);
    }

    private CacheBlockDecorator open(SpyBlock block) {
        return Decorated.in(directory).setBlock(block).optMinBatchRows(1).build();
    }

    private static Warmup quiet(CacheBlockDecorator cached, CachedDataset dataset) {
        return Warmup.of(cached, dataset).optProgress(progress -> {});
    }

    /** Fails on some rows, as a block does that cannot take their shape. */
    private static SpyBlock failingOn(float... values) {
        return new SpyBlock(
                inputs -> {
                    for (float row : inputs.head().toFloatArray()) {
                        for (float bad : values) {
                            if (row == bad) {
                                throw new IllegalArgumentException("cannot take " + row);
                            }
                        }
                    }
                    return new NDList(inputs.head().mul(2).add(1));
                });
    }

    @Test
    void run_onAnEmptyCache_computesEachRowOnceAndWritesIt() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            WarmupReport report = quiet(cached, dataset(Set.of())).run();
            assertThat(report.rows()).isEqualTo(ROWS);
            assertThat(report.missingRows()).isEqualTo(ROWS);
            assertThat(report.computedRows()).isEqualTo(ROWS);
            assertThat(report.badRows()).isEmpty();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.bytes()).isEqualTo(cached.cache().stats().persistedBytes());
            assertThat(report.toString()).contains("30 of 30 rows were missing | 30 computed in");
            assertThat(spy.rowsRun()).isEqualTo(ROWS);
            assertThat(cached.cache().stats().persistedRows()).isEqualTo(ROWS);
            assertThat(cached.cache().note(RowCost.NOTE)).isPresent();
            assertThat(spy.calls()).extracting(SpyBlock.Call::rows).startsWith(4L, 4L);
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                assertThat(Epoch.wrongRows(cached, manager, dataset(Set.of()))).isZero();
            }
            assertThat(spy.rowsRun()).isEqualTo(ROWS);
        }
    }

    @Test
    void run_onAFilledCache_loadsNothing() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            quiet(cached, dataset(Set.of())).run();
            loaded.clear();
            CachedDataset again = dataset(Set.of());
            int looksOfTheDataset = looksOf(again);
            WarmupReport report = quiet(cached, again).run();
            assertThat(report.missingRows()).isZero();
            assertThat(report.isComplete()).isTrue();
            assertThat(loaded).hasSize(looksOfTheDataset); // none more than the looks
            assertThat(spy.rowsRun()).isEqualTo(ROWS);
        }
    }

    /** Has the dataset look at some rows for random transforms, which it does once. */
    private int looksOf(CachedDataset dataset) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            dataset.prepareIds(manager);
        }
        return loaded.size();
    }

    @Test
    void run_onAHalfFilledCache_loadsTheMissingInputsAlone() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            quiet(cached, dataset(Set.of(3L, 4L, 17L))).run();
            assertThat(spy.rowsRun()).isEqualTo(ROWS - 3);
            CachedDataset repaired = dataset(Set.of());
            looksOf(repaired);
            loaded.clear();
            WarmupReport report = quiet(cached, repaired).optBatchRows(2).run();
            assertThat(loaded).containsExactly(3L, 4L, 17L);
            assertThat(report.computedRows()).isEqualTo(3);
            assertThat(spy.rowsRun()).isEqualTo(ROWS);
        }
    }

    @Test
    void rows_thatCannotBeLoaded_areListedAndTheOthersComputed() throws Exception {
        for (boolean threads : new boolean[] {false, true}) {
            ExecutorService loader = Executors.newFixedThreadPool(2);
            try (CacheBlockDecorator cached =
                    Decorated.in(directory.resolve("threads " + threads))
                            .setBlock(spy)
                            .optMinBatchRows(1)
                            .build()) {
                Warmup warmup = quiet(cached, dataset(Set.of(0L, 13L, 29L)));
                WarmupReport report = (threads ? warmup.optExecutor(loader) : warmup).run();
                assertThat(report.badRows())
                        .extracting(BadRow::index)
                        .containsExactly(0L, 13L, 29L);
                assertThat(report.badRows().get(1).id()).isEqualTo(113L);
                assertThat(report.badRows().get(1).reason())
                        .isEqualTo("java.io.IOException: no file 13");
                assertThat(report.computedRows()).isEqualTo(ROWS - 3);
                assertThat(report.isComplete()).isFalse();
                assertThat(cached.cache().rowCount()).isEqualTo(ROWS - 3);
            } finally {
                loader.shutdown();
            }
        }
    }

    @Test
    void rows_onWhichTheBlockFails_areListedAndTheOthersComputed() throws Exception {
        try (CacheBlockDecorator cached = open(failingOn(5, 6, 20))) {
            WarmupReport report = quiet(cached, dataset(Set.of())).run();
            assertThat(report.badRows()).extracting(BadRow::index).containsExactly(5L, 6L, 20L);
            assertThat(report.badRows().get(0).reason()).contains("cannot take 5.0");
            assertThat(cached.cache().rowCount()).isEqualTo(ROWS - 3);
        }
    }

    @Test
    void rows_ofAnotherShape_areListed() throws Exception {
        SpyBlock twoForRowNine =
                new SpyBlock(
                        inputs ->
                                inputs.head().toFloatArray()[0] == 9
                                        ? new NDList(inputs.head().repeat(1, 2))
                                        : new NDList(inputs.head().mul(2)));
        try (CacheBlockDecorator cached = open(twoForRowNine)) {
            WarmupReport report = quiet(cached, dataset(Set.of())).optBatchRows(1).run();
            assertThat(report.badRows()).extracting(BadRow::index).containsExactly(9L);
            assertThat(report.badRows().get(0).reason()).contains("another shape");
        }
    }

    @Test
    void tooManyBadRows_endTheJobAndKeepWhatWasComputed() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            Warmup warmup = quiet(cached, dataset(Set.of(8L, 9L, 10L))).optMaxBadRows(2);
            assertThatThrownBy(warmup::run)
                    .isInstanceOf(TooManyBadRowsException.class)
                    .hasMessageContainingAll(
                            "at most 2 rows", "row 10 ('110')", "no file 10", "first row 8");
            assertThat(cached.cache().stats().persistedRows()).isEqualTo(8);
        }
    }

    @Test
    void aDiskWithoutRoom_isRefusedAfterTheFirstBatch() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            Warmup warmup = quiet(cached, dataset(Set.of()));
            // 26 rows are left, each of 4 bytes, an id of 8 and 8 more
            warmup.freeBytes = () -> 26 * 20 - 1;
            assertThatThrownBy(warmup::run)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContainingAll("520 B for 26 rows of 20 B", "519 B free");
            assertThat(spy.rowsRun()).isEqualTo(4);
            assertThat(cached.cache().stats().persistedRows()).isEqualTo(4);
            Warmup enough = quiet(cached, dataset(Set.of()));
            enough.freeBytes = () -> 26 * 20;
            assertThat(enough.run().isComplete()).isTrue();
        }
    }

    @Test
    void progress_ofAProgram_isToldAtMostFiveTimesASecond() throws Exception {
        List<WarmupProgress> told = new ArrayList<>();
        TestClock clock = new TestClock(Duration.ZERO);
        SpyBlock slow =
                new SpyBlock(
                        inputs -> {
                            clock.advance(Duration.ofMillis(120));
                            return new NDList(inputs.head().mul(2));
                        });
        try (CacheBlockDecorator cached = open(slow)) {
            Warmup warmup = Warmup.of(cached, dataset(Set.of(1L))).optProgress(told::add);
            warmup.nanoClock = clock;
            warmup.optBatchRows(3).run();
        }
        // the first batch is run by two rows; then eight of 120 ms
        assertThat(told)
                .extracting(WarmupProgress::doneRows)
                .containsExactly(0L, 3L, 9L, 15L, 21L, 27L, 30L);
        WarmupProgress last = told.get(told.size() - 1);
        assertThat(last.missingRows()).isEqualTo(ROWS);
        assertThat(last.badRows()).isEqualTo(1);
        assertThat(last.percent()).isEqualTo(100);
        assertThat(last.elapsed()).isEqualTo(Duration.ofMillis(2 * 120 + 9 * 120));
        assertThat(last.rowsPerSecond()).isEqualTo(30 / 1.32, within(0.01));
        assertThat(last.timeLeft()).contains(Duration.ZERO);
        assertThat(told.get(0).timeLeft()).isEmpty();
    }

    @Test
    void aDecoratorThatIsOffOrMayNotWrite_isRefused() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            cached.setEnabled(false);
            assertThatThrownBy(() -> quiet(cached, dataset(Set.of())).run())
                    .isInstanceOf(InvalidOptionException.class);
        }
        try (CacheBlockDecorator reading =
                Decorated.in(directory).setBlock(spy).optReadOnly(true).build()) {
            assertThatThrownBy(() -> quiet(reading, dataset(Set.of())).run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("may not");
        }
    }

    @Test
    void anInterrupt_endsTheJobAfterABatch() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            Warmup warmup =
                    Warmup.of(cached, dataset(Set.of()))
                            .optProgress(progress -> Thread.currentThread().interrupt());
            TestClock clock = new TestClock(Duration.ZERO);
            warmup.nanoClock = clock; // the beginning and the end alone are told
            WarmupReport untouched = warmup.run();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(untouched.computedRows()).isZero();
            assertThat(untouched.isComplete()).isFalse();
            assertThat(untouched.toString()).endsWith("| interrupted");
            assertThat(spy.rowsRun()).isZero();
        }
    }

    @Test
    void anInterruptAfterSomeRows_keepsThem() throws Exception {
        try (CacheBlockDecorator cached = open(spy)) {
            TestClock clock = new TestClock(Duration.ofSeconds(1));
            Warmup warmup =
                    Warmup.of(cached, dataset(Set.of()))
                            .optProgress(
                                    progress -> {
                                        if (progress.doneRows() == 8) {
                                            Thread.currentThread().interrupt();
                                        }
                                    });
            warmup.nanoClock = clock;
            WarmupReport report = warmup.run();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(report.computedRows()).isEqualTo(8);
            assertThat(cached.cache().stats().persistedRows()).isEqualTo(8);
        }
    }

    @Test
    void aJobThatWasKilled_isGoneOnWith() throws Exception {
        String output = ChildJvm.runKilled(WarmupProgram.class, directory.toString());
        try (CacheBlockDecorator cached = WarmupProgram.open(directory, spy)) {
            long kept = cached.cache().rowCount();
            assertThat(kept).as(output).isGreaterThanOrEqualTo(WarmupProgram.KEPT);
            WarmupReport report = quiet(cached, WarmupProgram.dataset()).run();
            assertThat(report.computedRows()).isEqualTo(WarmupProgram.ROWS - kept);
            assertThat(report.isComplete()).isTrue();
            assertThat(spy.rowsRun()).isEqualTo(WarmupProgram.ROWS - kept);
        }
    }

    @Test
    void options_thatMakeNoSense_areRefused() {
        try (CacheBlockDecorator cached = open(spy)) {
            Warmup warmup = Warmup.of(cached, dataset(Set.of()));
            assertThatThrownBy(() -> warmup.optBatchRows(0))
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(() -> warmup.optMaxBadRows(-1))
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(() -> warmup.optFlushInterval(Duration.ofSeconds(-1)))
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(() -> warmup.optBatchRows(2).optBatchRows(3))
                    .isInstanceOf(InvalidOptionException.class);
        }
    }
}
