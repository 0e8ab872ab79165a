package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Transform;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Several augmentations of a row, several models on one directory, and data that grows. */
class ViewsTest {

    private static final int ROWS = 10;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Transform noise =
            array -> array.add(manager.randomUniform(0, 1, array.getShape(), DataType.FLOAT32));

    @AfterEach
    void close() {
        manager.close();
    }

    private static TestDataset rows(int rows, Transform... transforms) {
        return new TestDataset(rows, 4, transforms) {
            @Override
            public Record get(NDManager of, long index) {
                return new Record(
                        new NDList(of.create(new float[] {index})), new NDList(of.create(index)));
            }
        };
    }

    private static long[] ids(int rows) {
        return LongStream.range(0, rows).map(i -> 70 + i).toArray();
    }

    /** Runs an epoch, and returns the rows in their order. */
    private List<Float> epoch(CacheBlockDecorator cached, CachedDataset data) throws Exception {
        List<Float> rows = new ArrayList<>();
        for (Batch batch : data.getData(manager)) {
            for (float row :
                    Decorated.train(cached, manager, batch.getData()).head().toFloatArray()) {
                rows.add(row);
            }
            batch.close();
        }
        return rows;
    }

    @Test
    void views_ofRandomRows_areComputedOnceEachAndComeAgainByEpoch() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator cached = Decorated.of(spy, directory)) {
            CachedDataset data = CachedDataset.withIds(rows(ROWS, noise), ids(ROWS)).withViews(3);
            List<List<Float>> epochs = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                epochs.add(epoch(cached, data));
            }
            assertThat(epochs.subList(0, 3)).doesNotHaveDuplicates();
            assertThat(epochs.subList(3, 6)).isEqualTo(epochs.subList(0, 3));
            assertThat(epochs.get(6)).isEqualTo(epochs.get(0));
            assertThat(cached.stats().computedRows()).isEqualTo(3 * ROWS);
            assertThat(cached.cache().contains("70#view0")).isTrue();
            assertThat(cached.cache().contains("79#view2")).isTrue();
        }
    }

    @Test
    void views_ofANewRun_areThoseOfTheLast() throws Exception {
        List<Float> first;
        try (CacheBlockDecorator cached = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            CachedDataset data = CachedDataset.withNamespace(rows(ROWS, noise), "a").withViews(2);
            epoch(cached, data);
            first = epoch(cached, data);
        }
        try (CacheBlockDecorator cached = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            CachedDataset data = CachedDataset.withNamespace(rows(ROWS, noise), "a").withViews(2);
            epoch(cached, data);
            assertThat(epoch(cached, data)).isEqualTo(first);
            assertThat(cached.stats().misses()).isZero();
        }
    }

    @Test
    void views_areAskedForWithoutAWarningOfRandomness() {
        try (CacheBlockDecorator cached = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            CachedDataset plain = CachedDataset.withIds(rows(ROWS, noise), ids(ROWS));
            assertThat(logOf(cached, plain.withViews(2))).doesNotContain("random");
            assertThat(logOf(cached, CachedDataset.withNamespace(rows(ROWS, noise), "b")))
                    .contains("random");
        }
    }

    private String logOf(CacheBlockDecorator cached, CachedDataset data) {
        return Decorated.logOf(
                () -> {
                    try {
                        epoch(cached, data);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void views_withMissLoadingAndFolds_loadEachViewOnce() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator cached =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            CachedDataset data =
                    CachedDataset.withIds(rows(ROWS), ids(ROWS))
                            .withViews(2)
                            .loadingMissesOnly(cached);
            Folds folds = Folds.of(data, 5);
            for (int fold = 0; fold < 5; fold++) {
                CachedDataset train = folds.get(fold).train();
                epoch(cached, train);
                epoch(cached, train);
            }
            assertThat(spy.rowsRun()).isEqualTo(2 * ROWS);
        }
    }

    @Test
    void views_ofNone_areRefused() {
        CachedDataset data = CachedDataset.withIds(rows(ROWS), ids(ROWS));
        assertThatThrownBy(() -> data.withViews(0)).isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void severalModels_onOneDirectory_haveTheirOwnRowsOfTheSameIds() throws Exception {
        CachedDataset data = CachedDataset.withIds(rows(ROWS), ids(ROWS));
        for (int run = 0; run < 2; run++) {
            for (Map.Entry<String, Integer> model : Map.of("a", 2, "b", 5).entrySet()) {
                SpyBlock spy = new SpyBlock(in -> new NDList(in.head().mul(model.getValue())));
                try (CacheBlockDecorator cached = module(model.getKey(), spy)) {
                    assertThat(epoch(cached, data).get(3)).isEqualTo(3f * model.getValue());
                    assertThat(spy.rowsRun()).isEqualTo(run == 0 ? ROWS : 0);
                }
            }
        }
    }

    private CacheBlockDecorator module(String moduleId, Block block) {
        return CacheBlockDecorator.builder()
                .setDirectory(directory)
                .setModuleId(moduleId)
                .setBlock(block)
                .optFingerprint("1")
                .optMinBatchRows(1)
                .optAudit(AuditMode.OFF)
                .build();
    }

    @Test
    void cache_ofDataThatGrowsFromRunToRun_computesWhatIsNew() throws Exception {
        for (int rows : new int[] {4, 8, 8, 20}) {
            SpyBlock spy = SpyBlock.twicePlusOne();
            try (CacheBlockDecorator cached =
                    Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
                long before = cached.cache().rowCount();
                CachedDataset data = CachedDataset.withIds(rows(rows), ids(rows));
                List<Float> found = epoch(cached, data);
                assertThat(found).hasSize(rows).endsWith(2f * (rows - 1) + 1);
                assertThat(spy.rowsRun()).isEqualTo(rows - before);
            }
        }
    }
}
