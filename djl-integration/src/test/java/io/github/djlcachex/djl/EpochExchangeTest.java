package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;

import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.testing.FaultyStorage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/** What ranks know of each other's rows after an epoch. */
class EpochExchangeTest {

    private static final int ROWS = 8;

    @TempDir Path scratch;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final SpyBlock spy = SpyBlock.twicePlusOne();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        manager.close();
    }

    private CacheBlockDecorator rank(int rank, Storage storage) {
        RankCache cache = RankCache.of(scratch.resolve("cache"), rank, 2, storage);
        open.add(cache);
        return CacheBlockDecorator.builder()
                .setBlock(spy)
                .setCache(cache.cache())
                .optAudit(AuditMode.OFF)
                .optMinBatchRows(1)
                .build();
    }

    private CacheBlockDecorator rank(int rank) {
        return rank(rank, new FileStorage());
    }

    private void run(CacheBlockDecorator decorator, int from) {
        NDArray rows = manager.arange((float) from, from + ROWS, 1, DataType.FLOAT32);
        NDList batch =
                CacheIds.attach(
                        new NDList(rows.reshape(ROWS, 1)),
                        LongStream.range(from, from + ROWS).toArray());
        NDList outputs = Decorated.run(decorator, manager, batch);
        assertThat(Bits.hex(outputs.head())).isEqualTo(Bits.hex(batch.head().mul(2).add(1)));
    }

    private static FaultyStorage faulty(FaultyStorage.Rule rule) {
        FaultyStorage storage = new FaultyStorage();
        storage.rule(rule);
        return storage;
    }

    private static EpochExchange exchange(CacheBlockDecorator decorator) {
        return EpochExchange.builder().setDecorators(decorator).build();
    }

    @Test
    void exchange_ofTwoRanks_givesEachTheRowsOfTheOther() {
        CacheBlockDecorator first = rank(0);
        CacheBlockDecorator second = rank(1);
        run(first, 0);
        // the exchange of the other rank lies between this one's flush and refresh
        EpochExchange.builder()
                .setDecorators(first)
                .optBarrier(
                        () -> {
                            run(second, 100);
                            exchange(second).exchange();
                        })
                .build()
                .exchange();
        run(first, 100);
        run(second, 0);
        assertThat(spy.rowsRun()).isEqualTo(2 * ROWS);
        assertThat(first.stats().hits()).isEqualTo(ROWS);
        assertThat(second.stats().hits()).isEqualTo(ROWS);
    }

    @Test
    void exchange_ofACacheAlone_flushesAndRefreshesIt() {
        CacheBlockDecorator first = rank(0);
        CacheBlockDecorator second = rank(1);
        run(first, 0);
        EpochExchange.builder().setCaches(first.cache()).build().exchange();
        EpochExchange.builder().setCaches(second.cache()).build().exchange();
        run(second, 0);
        assertThat(spy.rowsRun()).isEqualTo(ROWS);
    }

    @Test
    void exchange_beforeTheFirstBatch_opensNoCache() {
        CacheBlockDecorator decorator =
                Decorated.in(scratch)
                        .setBlock(new SequentialBlock().add(Linear.builder().setUnits(2).build()))
                        .build();
        exchange(decorator).exchange();
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void exchange_ofAClosedCache_doesNothing() {
        CacheBlockDecorator decorator = rank(0);
        run(decorator, 0);
        decorator.cache().close();
        assertThat(Decorated.logOf(() -> exchange(decorator).exchange())).isEmpty();
    }

    @Test
    void exchange_barrierThrows_throwsIt() {
        EpochExchange exchange =
                EpochExchange.builder()
                        .setDecorators(rank(0))
                        .optBarrier(
                                () -> {
                                    throw new IllegalStateException("no other rank");
                                })
                        .build();
        assertThatThrownBy(exchange::exchange)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no other rank");
    }

    @Test
    void exchange_flushThatLosesRows_saysWhyAndGoesOn() {
        FaultyStorage storage =
                faulty(
                        (op, file) -> {
                            if (op == FaultyStorage.Op.RENAME && isSegment(file)) {
                                throw new IOException("the disk is full");
                            }
                        });
        CacheBlockDecorator decorator = rank(0, storage);
        run(decorator, 0);
        List<String> passed = new ArrayList<>();
        EpochExchange exchange =
                EpochExchange.builder()
                        .setDecorators(decorator)
                        .optBarrier(() -> passed.add("barrier"))
                        .build();
        String log = Decorated.logOf(exchange::exchange);
        assertThat(log)
                .contains("EpochExchange")
                .contains("are not on disk at the end of the epoch")
                .contains("the disk is full");
        assertThat(passed).hasSize(1);
    }

    private static boolean isSegment(Path file) {
        return String.valueOf(file.getParent()).endsWith("segments");
    }

    @Test
    void exchange_filesystemThatHangs_goesOnAfterTheTimeout() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        FaultyStorage.Rule hanging = FaultyStorage.waiting(FaultyStorage.Op.FORCE, "", hangs);
        FaultyStorage storage =
                faulty(
                        (op, file) -> {
                            if (isSegment(file)) {
                                hanging.before(op, file);
                            }
                        });
        CacheBlockDecorator decorator = rank(0, storage);
        run(decorator, 0);
        EpochExchange exchange =
                EpochExchange.builder()
                        .setDecorators(decorator)
                        .optTimeout(Duration.ofMillis(30))
                        .build();
        String log = Decorated.logOf(exchange::exchange);
        assertThat(log).contains("was not flushed", "not within PT0.03S");
        hangs.countDown();
    }

    @Test
    void exchange_directoryThatCannotBeListed_warnsAndGoesOn() {
        boolean[] broken = {false};
        FaultyStorage storage =
                faulty(
                        (op, file) -> {
                            if (op == FaultyStorage.Op.LIST && broken[0]) {
                                throw new IOException("stale handle");
                            }
                        });
        CacheBlockDecorator decorator = rank(0, storage);
        run(decorator, 0);
        broken[0] = true;
        String log = Decorated.logOf(() -> exchange(decorator).exchange());
        assertThat(log).contains("was not refreshed", "stale handle");
    }

    @Test
    void listener_ofEasyTrainFit_exchangesOnceAnEpochAfterItsValidation() throws Exception {
        CacheBlockDecorator decorator = rank(0);
        List<Long> rowsAtBarrier = new ArrayList<>();
        EpochExchange exchange =
                EpochExchange.builder()
                        .setDecorators(decorator)
                        .optBarrier(
                                () ->
                                        rowsAtBarrier.add(
                                                decorator.stats().hits()
                                                        + decorator.stats().misses()))
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss()).addTrainingListeners(exchange);
        try (Model model = Model.newInstance("head", "PyTorch")) {
            model.setBlock(
                    new SequentialBlock().add(decorator).add(Linear.builder().setUnits(1).build()));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(2, 1));
                EasyTrain.fit(trainer, 3, dataset("train", 6), dataset("validation", 4));
            }
        }
        assertThat(rowsAtBarrier).containsExactly(10L, 20L, 30L);
        assertThat(decorator.cache().segments().stream().mapToLong(SegmentInfo::rows).sum())
                .isEqualTo(10);
    }

    private CachedDataset dataset(String name, int rows) {
        NDArray data = manager.arange(0f, rows, 1, DataType.FLOAT32).reshape(rows, 1);
        return CachedDataset.withNamespace(
                new ArrayDataset.Builder()
                        .setData(data)
                        .optLabels(data)
                        .setSampling(2, false)
                        .build(),
                name);
    }

    @Test
    void build_ofNothing_isRefused() {
        assertThatThrownBy(() -> EpochExchange.builder().build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("decorators, caches or both");
    }
}
