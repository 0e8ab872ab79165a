package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.Batchifier;
import ai.djl.translate.PaddingStackBatchifier;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Training on the cached rows themselves. */
class CachedFeatureDatasetTest {

    private static final int ROWS = 23;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** A cache whose row i is (i, i + 0.5), and 2 i. */
    private FeatureCache cache(int rows) {
        FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("features").open();
        RowSchema schema =
                RowSchema.of(
                        Column.of("pooled", ElementType.FLOAT32, 2),
                        Column.of("length", ElementType.INT64));
        RowBatch batch = RowBatch.allocate(schema, rows);
        for (int i = 0; i < rows; i++) {
            batch.buffer(0).putFloat(i * 8, i).putFloat(i * 8 + 4, i + 0.5f);
            batch.buffer(1).putLong(i * 8, 2L * i);
        }
        cache.put(Keys.ofStrings(ids(rows)), batch);
        return cache;
    }

    private static List<String> ids(int rows) {
        return IntStream.range(0, rows).mapToObj(i -> "row:" + i).toList();
    }

    private static CachedFeatureDatasetBuilder of(FeatureCache cache) {
        return CachedFeatureDataset.builder()
                .setCache(cache)
                .setIds(ids(ROWS))
                .optLabels(LongStream.range(0, ROWS).map(i -> 100 + i).toArray());
    }

    /** Checks each row of an epoch against its label, and returns the batch sizes by row. */
    private Map<Integer, Integer> rows(Dataset dataset, NDManager of) throws Exception {
        Map<Integer, Integer> sizes = new TreeMap<>();
        for (Batch batch : dataset.getData(of)) {
            check(batch, sizes);
        }
        return sizes;
    }

    private static void check(Batch batch, Map<Integer, Integer> sizes) {
        NDArray pooled = batch.getData().get("pooled");
        NDArray length = batch.getData().get(1);
        assertThat(pooled.getShape()).isEqualTo(new Shape(batch.getSize(), 2));
        assertThat(length.getName()).isEqualTo("length");
        long[] labels = batch.getLabels().singletonOrThrow().toLongArray();
        for (int i = 0; i < labels.length; i++) {
            int row = (int) labels[i] - 100;
            assertThat(pooled.getFloat(i, 0)).isEqualTo(row);
            assertThat(pooled.getFloat(i, 1)).isEqualTo(row + 0.5f);
            assertThat(length.getLong(i)).isEqualTo(2L * row);
            assertThat(sizes.put(row, batch.getSize())).as("row %s twice", row).isNull();
        }
        batch.close();
    }

    @ParameterizedTest
    @CsvSource({"4, false", "4, true", "1, true", "23, true", "64, false"})
    void dataset_ofCachedRows_givesEachRowWithItsLabelOnce(int batchRows, boolean random)
            throws Exception {
        try (FeatureCache cache = cache(ROWS)) {
            CachedFeatureDataset features = of(cache).setSampling(batchRows, random).build();
            for (int epoch = 0; epoch < 2; epoch++) {
                assertThat(rows(features, manager)).hasSize(ROWS);
            }
            assertThat(features.size()).isEqualTo(ROWS);
        }
    }

    @Test
    void dataset_withPrefetchThreads_givesEachRowOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (FeatureCache cache = cache(ROWS)) {
            CachedFeatureDataset features =
                    of(cache).setSampling(3, true).optPrefetchNumber(4).build();
            Map<Integer, Integer> sizes = new TreeMap<>();
            for (Batch batch : features.getData(manager, threads)) {
                check(batch, sizes);
            }
            assertThat(sizes).hasSize(ROWS);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void dataset_afterAnEpoch_leavesNoArrayBehind() throws Exception {
        try (FeatureCache cache = cache(ROWS);
                NDManager own = manager.newSubManager()) {
            rows(of(cache).setSampling(4, true).build(), own);
            assertThat(own.getManagedArrays()).isEmpty();
        }
    }

    @Test
    void parts_ofFolds_haveTheIdsAndLabelsOfTheirRows() throws Exception {
        try (FeatureCache cache = cache(ROWS)) {
            CachedFeatureDataset features = of(cache).setSampling(4, true).build();
            long[] indices = {7, 2, 22, 9};
            assertThat(rows(features.part(indices), manager).keySet()).containsExactly(2, 7, 9, 22);
            assertThat(rows(features.part(indices).part(2, 0), manager).keySet())
                    .containsExactly(7, 22);
            assertThatThrownBy(() -> features.part(23))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void partsOfDjl_bySubDatasetAndRandomSplit_haveTheIdsAndLabelsOfTheirRows() throws Exception {
        try (FeatureCache cache = cache(ROWS)) {
            CachedFeatureDataset features = of(cache).setSampling(1, false).build();
            assertThat(rows(features.subDataset(List.of(3L, 1L)), manager).keySet())
                    .containsExactly(1, 3);
            assertThat(rows(features.subDataset(20, 23), manager).keySet())
                    .containsExactly(20, 21, 22);
            RandomAccessDataset[] parts = features.randomSplit(7, 3);
            Map<Integer, Integer> all = rows(parts[0], manager);
            all.putAll(rows(parts[1], manager));
            assertThat(all).hasSize(ROWS);
        }
    }

    @Test
    void dataset_withMissingRows_isRefusedBeforeTheFirstBatch() {
        try (FeatureCache cache = cache(ROWS - 8)) {
            CachedFeatureDataset features = of(cache).setSampling(4, true).build();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> features.getData(manager))
                        .isInstanceOf(MissingRowsException.class)
                        .hasMessageContainingAll(
                                "features",
                                "8 missing",
                                "'row:15', 'row:16', 'row:17', 'row:18', 'row:19', ...",
                                "setDecorator")
                        .extracting(e -> ((MissingRowsException) e).rows())
                        .isEqualTo(8L);
            }
            assertThatThrownBy(features::prepare).isInstanceOf(MissingRowsException.class);
        }
    }

    @Test
    void dataset_ofAnEmptyCache_isRefused() {
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("empty").open()) {
            CachedFeatureDataset features = of(cache).setSampling(4, true).build();
            assertThatThrownBy(() -> features.getData(manager))
                    .isInstanceOf(MissingRowsException.class)
                    .hasMessageContaining("23 missing");
        }
    }

    @Test
    void batch_whoseRowsWereClearedMeanwhile_isRefused() throws Exception {
        try (FeatureCache cache = cache(ROWS)) {
            CachedFeatureDataset features = of(cache).setSampling(4, false).build();
            var batches = features.getData(manager).iterator();
            check(batches.next(), new TreeMap<>());
            cache.clear();
            assertThatThrownBy(batches::next)
                    .isInstanceOf(MissingRowsException.class)
                    .hasMessageContaining("4 missing");
        }
    }

    private TestDataset inputs(int rows) {
        return new TestDataset(rows, 4) {
            @Override
            public ai.djl.training.dataset.Record get(NDManager of, long index) {
                loaded.merge(index, 1, Integer::sum);
                return new ai.djl.training.dataset.Record(
                        new NDList(of.create(new float[] {index, -index})), new NDList());
            }
        };
    }

    private final Map<Long, Integer> loaded = new TreeMap<>();

    @Test
    void dataset_withADecoratorAndInputs_computesMissingRowsOnce() throws Exception {
        CachedDataset inputs = CachedDataset.withLongIds(inputs(40), index -> 1000 + index);
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            Decorated.train(
                    decorator,
                    manager,
                    CacheIds.attach(
                            new NDList(manager.create(new float[] {5, -5}, new Shape(1, 2))),
                            1005));
            CachedFeatureDataset features =
                    CachedFeatureDataset.builder()
                            .setDecorator(decorator)
                            .setDataset(inputs)
                            .optLabels((of, index) -> new NDList(of.create((float) index)))
                            .setSampling(8, true)
                            .build();
            for (int epoch = 0; epoch < 2; epoch++) {
                for (Batch batch : features.getData(manager)) {
                    NDArray label = batch.getLabels().head();
                    NDArray first = batch.getData().head().get(":, 0");
                    assertThat(Bits.hex(first)).isEqualTo(Bits.hex(label.mul(2).add(1)));
                    batch.close();
                }
            }
            assertThat(loaded).hasSize(39).doesNotContainKey(5L).doesNotContainValue(2);
            assertThat(decorator.stats().computedRows()).isEqualTo(40);
        }
    }

    @Test
    void part_withADecoratorAndInputs_computesTheRowsOfThePartAlone() throws Exception {
        CachedDataset inputs = CachedDataset.withNamespace(inputs(40), "all");
        try (CacheBlockDecorator decorator = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            CachedFeatureDataset part =
                    CachedFeatureDataset.builder()
                            .setDecorator(decorator)
                            .setDataset(inputs)
                            .setSampling(8, true)
                            .build()
                            .part(39, 3);
            assertThat(part.getData(manager).iterator().next().getSize()).isEqualTo(2);
            assertThat(loaded.keySet()).containsExactly(3L, 39L);
            assertThat(decorator.cache().contains("all:39")).isTrue();
        }
    }

    @Test
    void rows_thatWereStoredWithTheCheckOfInputs_comeWithoutTheChecksum() throws Exception {
        CachedDataset inputs = CachedDataset.withNamespace(inputs(10), "all");
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(SpyBlock.twicePlusOne()).optInputCheck().build()) {
            CachedFeatureDataset features =
                    CachedFeatureDataset.builder()
                            .setDecorator(decorator)
                            .setDataset(inputs)
                            .setSampling(10, false)
                            .build();
            Batch batch = features.getData(manager).iterator().next();
            assertThat(batch.getData()).hasSize(1);
            assertThat(batch.getData().head().get(3).toFloatArray()).containsExactly(7, -5);
        }
    }

    @Test
    void labels_ofEachKind_areThoseOfTheRows() throws Exception {
        try (FeatureCache cache = cache(3)) {
            NDArray array = manager.arange(6f).reshape(3, 2);
            assertLabels(of3(cache).optLabels(4, 5, 6), DataType.INT32, "[6, 5]");
            assertLabels(of3(cache).optLabels(4L, 5L, 6L), DataType.INT64, "[6, 5]");
            assertLabels(of3(cache).optLabels(.5f, 1f, 2f), DataType.FLOAT32, "[2.0, 1.0]");
            assertLabels(of3(cache).optLabels(array), DataType.FLOAT32, "[4.0, 5.0, 2.0, 3.0]");
            assertThat(of3(cache).build().getData(manager).iterator().next().getLabels()).isEmpty();
            assertThat(of3(cache).optLabels(array).build().get(manager, 2).getLabels().head())
                    .isEqualTo(array.get(2));
        }
    }

    private static CachedFeatureDatasetBuilder of3(FeatureCache cache) {
        return CachedFeatureDataset.builder().setCache(cache).setIds(ids(3)).setSampling(2, false);
    }

    private void assertLabels(CachedFeatureDatasetBuilder builder, DataType type, String expected)
            throws Exception {
        Batch batch = builder.build().part(2, 1).getData(manager).iterator().next();
        NDArray labels = batch.getLabels().singletonOrThrow();
        assertThat(labels.getDataType()).isEqualTo(type);
        assertThat(List.of(labels.toArray()).toString()).isEqualTo(expected);
        batch.close();
    }

    @Test
    void pipeline_getsWholeBatches() throws Exception {
        try (FeatureCache cache = cache(ROWS)) {
            CachedFeatureDataset features =
                    of(cache)
                            .setSampling(8, false)
                            .addTransform(array -> array.add(1))
                            .addTargetTransform(array -> array.mul(2))
                            .build();
            Batch batch = features.getData(manager).iterator().next();
            assertThat(batch.getData().get(0).getFloat(3, 0)).isEqualTo(4);
            assertThat(batch.getLabels().head().getLong(3)).isEqualTo(206);
        }
    }

    @Test
    void batchifier_thatIsNotTheUsualOne_getsSingleRows() throws Exception {
        try (FeatureCache cache = cache(ROWS)) {
            Batchifier padding = PaddingStackBatchifier.builder().build();
            CachedFeatureDataset features =
                    of(cache).setSampling(8, true).optDataBatchifier(padding).build();
            assertThat(rows(features, manager)).hasSize(ROWS);
        }
    }

    @Test
    void builder_withTooLittleOrTooMuch_isRefused() {
        try (FeatureCache cache = cache(ROWS)) {
            CachedDataset inputs = CachedDataset.withNamespace(inputs(3), "all");
            assertRefused(CachedFeatureDataset.builder().setIds(1).setSampling(2, true), "cache");
            assertRefused(
                    CachedFeatureDataset.builder().setCache(cache).setSampling(2, true), "ids");
            assertRefused(of(cache).setDataset(inputs).setSampling(2, true), "both");
            assertRefused(of(cache), "setSampling");
            assertRefused(
                    CachedFeatureDataset.builder()
                            .setCache(cache)
                            .setIds(ids(3))
                            .optLabels(1, 2)
                            .setSampling(2, true),
                    "3 labels");
            assertThatThrownBy(() -> of(cache).optLabels(1))
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(() -> CachedFeatureDataset.builder().setIds(1, 2, 1))
                    .isInstanceOf(InvalidIdsException.class);
        }
    }

    private static void assertRefused(CachedFeatureDatasetBuilder builder, String why) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining(why);
    }

    @Test
    void head_trainedOnCachedRows_getsTheLossesOfTheDecoratedExtractor() throws Exception {
        Digits digits = Digits.read(5, 9, 96);
        CachedDataset images =
                CachedDataset.withNamespace(digits.dataset(manager, Head.BATCH, false), "train");
        try (Fixture extractor = Fixture.of("digits_extractor");
                CacheBlockDecorator cached =
                        Decorated.in(directory).setModel(extractor.model()).build()) {
            CachedFeatureDataset features =
                    CachedFeatureDataset.builder()
                            .setDecorator(cached)
                            .setDataset(images)
                            .optLabels(digits.labelArray(manager))
                            .setSampling(Head.BATCH, false)
                            .build();
            List<String> onFeatures;
            try (Head head = new Head(Blocks.identityBlock(), new Shape(Head.BATCH, 128))) {
                onFeatures = head.loop(3, features, features);
            }
            try (Head head = new Head(cached)) {
                assertThat(head.loop(3, images, images)).isEqualTo(onFeatures);
            }
        }
    }
}
