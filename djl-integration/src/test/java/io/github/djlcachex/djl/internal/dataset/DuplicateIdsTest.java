package io.github.djlcachex.djl.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.Decorated;
import io.github.djlcachex.djl.Folds;
import io.github.djlcachex.djl.InvalidIdsException;
import io.github.djlcachex.djl.SpyBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Rows that share an id get the features of one of them. */
class DuplicateIdsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private ArrayDataset dataset(int size) {
        NDArray rows = manager.arange(0, size, 1, DataType.FLOAT32).reshape(size, 1);
        return new ArrayDataset.Builder()
                .setData(rows)
                .optLabels(rows)
                .setSampling(16, false)
                .build();
    }

    private String logOfUse(CachedDataset dataset, int times) {
        return Decorated.logOf(
                () -> {
                    try {
                        for (int i = 0; i < times; i++) {
                            dataset.getData(manager);
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void caseP16_listedIdsThatAreAllZero_areRefusedAtOnce() {
        assertThatThrownBy(() -> CachedDataset.withIds(dataset(512), new long[512]))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContainingAll("512 of 512 rows", "'0' of rows 0 and 1", "Repeated");
    }

    @Test
    void listedIds_withAPair_nameIt() {
        assertThatThrownBy(() -> CachedDataset.withIds(dataset(5), 5, -4, 3, -4, 1))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContaining("2 of 5 rows that share ids, such as '-4' of rows 1 and 3");
        assertThatThrownBy(() -> CachedDataset.withIds(dataset(4), List.of("a", "b", "c", "b")))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContaining("2 of 4 rows that share ids, such as 'b' of rows 1 and 3");
        String longId = "x".repeat(1000);
        assertThatThrownBy(() -> CachedDataset.withIds(dataset(2), List.of(longId, longId)))
                .isInstanceOf(InvalidIdsException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void withRepeatedIds_ofOneSampleTwice_computesItOnce() throws Exception {
        NDArray rows = manager.create(new float[] {1, 2, 1, 2}).reshape(4, 1);
        Dataset data =
                new ArrayDataset.Builder()
                        .setData(rows)
                        .optLabels(rows)
                        .setSampling(2, false)
                        .build();
        for (CachedDataset cached :
                List.of(
                        CachedDataset.withRepeatedIds(data, 8, 9, 8, 9),
                        CachedDataset.withRepeatedIds(data, List.of("a", "b", "a", "b")))) {
            SpyBlock spy = SpyBlock.twicePlusOne();
            try (CacheBlockDecorator decorator =
                    Decorated.in(directory.resolve(cached.hashCode() + ""))
                            .setBlock(spy)
                            .optMinBatchRows(1)
                            .build()) {
                for (Batch batch : cached.getData(manager)) {
                    Decorated.run(decorator, manager, batch.getData());
                    batch.close();
                }
                assertThat(spy.rowsRun()).isEqualTo(2);
            }
        }
    }

    @Test
    void functionIds_thatRepeat_areWarnedOfOnce() {
        CachedDataset longs = CachedDataset.withLongIds(dataset(100), i -> i / 2 * 1000);
        String log = logOfUse(longs, 3);
        assertThat(log).containsOnlyOnce("100 of 100 rows that share ids, such as '0' of rows 0");
        CachedDataset texts =
                CachedDataset.withStringIds(dataset(100), i -> i == 99 ? "id 7" : "id " + i);
        log = logOfUse(texts, 3);
        assertThat(log).containsOnlyOnce("2 of 100 rows that share ids, such as 'id 7' of rows 7");
    }

    @Test
    void functionIds_thatAreDistinctOrFail_areNoReasonToWarn() {
        assertThat(logOfUse(CachedDataset.withLongIds(dataset(100), i -> -i), 1)).isEmpty();
        assertThat(logOfUse(CachedDataset.withStringIds(dataset(100), i -> "i" + i), 1)).isEmpty();
        CachedDataset failing =
                CachedDataset.withLongIds(
                        dataset(10),
                        i -> {
                            throw new IllegalStateException("not before the first batch");
                        });
        assertThat(logOfUse(failing, 1)).isEmpty();
    }

    @Test
    void functionIds_ofMoreThanAMillionRows_areAskedForNoMore() {
        AtomicLong highest = new AtomicLong();
        assertThat(
                        DuplicateIds.ofLongs(
                                i -> {
                                    highest.accumulateAndGet(i, Math::max);
                                    return i;
                                },
                                Long.MAX_VALUE))
                .isEmpty();
        assertThat(highest.get()).isLessThan(DuplicateIds.MAX_ROWS);
    }

    @Test
    void folds_ofFunctionIdsThatRepeat_areWarnedOfOnceForAll() throws Exception {
        Folds folds = Folds.of(CachedDataset.withLongIds(dataset(20), i -> i % 10), 4);
        StringBuilder log = new StringBuilder();
        IntStream.range(0, 4)
                .forEach(
                        fold -> {
                            log.append(logOfUse(folds.get(fold).train(), 1));
                            log.append(logOfUse(folds.get(fold).validation(), 1));
                        });
        assertThat(log).containsOnlyOnce("20 of 20 rows that share ids");
    }
}
