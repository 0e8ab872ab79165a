package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

/** Ids of datasets: right ones, and datasets that are refused because theirs would be wrong. */
class CachedDatasetTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** Returns rows that show which they are: row i is (start + i, start + i). */
    private ArrayDataset dataset(int start, int size, int batchSize, boolean random) {
        NDArray rows =
                manager.arange(start, start + size, 1, DataType.FLOAT32)
                        .reshape(size, 1)
                        .repeat(1, 2);
        return new ArrayDataset.Builder()
                .setData(rows)
                .optLabels(manager.arange(0, size, 1, DataType.INT64))
                .setSampling(batchSize, random)
                .build();
    }

    /** Runs over a dataset and returns the value of each row by its id. */
    private Map<Object, Float> valuesById(Dataset dataset, @Nullable ExecutorService executor)
            throws Exception {
        Map<Object, Float> values = new TreeMap<>();
        Iterable<Batch> batches =
                executor == null ? dataset.getData(manager) : dataset.getData(manager, executor);
        for (Batch batch : batches) {
            BatchIds ids = BatchIds.split(batch.getData(), -1);
            Keys keys = Objects.requireNonNull(ids.keys());
            assertThat(keys.size()).isEqualTo(batch.getSize());
            for (int i = 0; i < keys.size(); i++) {
                Float earlier = values.put(keys.getObject(i), ids.inputs().head().getFloat(i, 0));
                assertThat(earlier).isNull();
            }
            batch.close();
        }
        return values;
    }

    private static Map<Object, Float> expected(int start, int size) {
        Map<Object, Float> values = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            values.put((long) (start + i), (float) (start + i));
        }
        return values;
    }

    @Test
    void getData_shuffledWithPrefetchThreads_givesEachRowItsId() throws Exception {
        CachedDataset dataset =
                CachedDataset.withLongIds(dataset(100, 53, 8, true), index -> 100 + index);
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            for (int epoch = 0; epoch < 3; epoch++) {
                assertThat(valuesById(dataset, executor)).isEqualTo(expected(100, 53));
                assertThat(valuesById(dataset, null)).isEqualTo(expected(100, 53));
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void getData_listedIds_areThoseOfTheIndices() throws Exception {
        long[] ids = LongStream.range(0, 10).map(i -> 40 + i).toArray();
        assertThat(valuesById(CachedDataset.withIds(dataset(40, 10, 4, true), ids), null))
                .isEqualTo(expected(40, 10));
        List<String> names = List.of("a", "b", "c");
        assertThat(valuesById(CachedDataset.withIds(dataset(0, 3, 2, true), names), null))
                .isEqualTo(Map.of("a", 0f, "b", 1f, "c", 2f));
        assertThat(
                        valuesById(
                                CachedDataset.withStringIds(dataset(0, 2, 2, true), i -> "#" + i),
                                null))
                .isEqualTo(Map.of("#0", 0f, "#1", 1f));
    }

    @Test
    void getData_otherNumberOfListedIdsThanRows_isRefused() {
        CachedDataset dataset = CachedDataset.withIds(dataset(0, 3, 2, false), 1, 2);
        assertThatThrownBy(() -> dataset.getData(manager))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContainingAll("3 ids", "2 ids");
        CachedDataset strings = CachedDataset.withIds(dataset(0, 1, 2, false), List.of("a", "b"));
        assertThatThrownBy(() -> strings.getData(manager)).isInstanceOf(InvalidIdsException.class);
    }

    @Test
    void withNamespace_blank_isRefused() {
        ArrayDataset rows = dataset(0, 3, 2, false);
        assertThatThrownBy(() -> CachedDataset.withNamespace(rows, " "))
                .isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void trainAndValidation_onOneModule_neverMeet() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        CachedDataset train = CachedDataset.withNamespace(dataset(0, 20, 6, true), "train");
        CachedDataset validation =
                CachedDataset.withNamespace(dataset(1000, 6, 6, false), "validation");
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                assertOwnRows(decorator, train);
                assertOwnRows(decorator, validation);
            }
            assertThat(decorator.cache().rowCount()).isEqualTo(26);
            assertThat(decorator.stats().misses()).isEqualTo(26);
            assertThat(decorator.cache().contains("validation:5")).isTrue();
        }
    }

    private void assertOwnRows(CacheBlockDecorator decorator, Dataset dataset) throws Exception {
        for (Batch batch : dataset.getData(manager)) {
            NDArray input = batch.getData().head();
            NDArray output = Decorated.run(decorator, manager, batch.getData()).head();
            assertThat(Bits.hex(output)).isEqualTo(Bits.hex(input.mul(2).add(1)));
            batch.close();
        }
    }

    @Test
    void withNamespaceOrFunction_ofASubDataset_isRefusedWithTheWayOut() throws Exception {
        ArrayDataset arrays = dataset(0, 20, 4, false);
        RandomAccessDataset records = new Records(20);
        for (RandomAccessDataset whole : List.of(arrays, records)) {
            for (RandomAccessDataset part :
                    List.of(
                            whole.subDataset(5, 9),
                            whole.subDataset(List.of(3L, 7L, 11L)),
                            whole.subDataset(List.of(3L, 4L)),
                            whole.randomSplit(7, 3)[1])) {
                assertThatThrownBy(() -> CachedDataset.withNamespace(part, "x"))
                        .isInstanceOf(UnsupportedDatasetException.class)
                        .hasMessageContainingAll("count from 0 within each part", "Folds");
                assertThatThrownBy(() -> CachedDataset.withLongIds(part, i -> i))
                        .isInstanceOf(UnsupportedDatasetException.class);
            }
        }
    }

    @Test
    void withIds_ofSubDatasetsThatDeliverTheirRows_isRight() throws Exception {
        ArrayDataset arrays = dataset(0, 20, 1, false);
        assertThat(valuesById(CachedDataset.withIds(arrays.subDataset(5, 8), 5, 6, 7), null))
                .isEqualTo(expected(5, 3));
        assertThat(
                        valuesById(
                                CachedDataset.withIds(
                                        arrays.subDataset(List.of(7L, 8L, 3L)), 7, 8, 3),
                                null))
                .isEqualTo(Map.of(3L, 3f, 7L, 7f, 8L, 8f));
        RandomAccessDataset records = new Records(20).subDataset(List.of(7L, 8L, 3L));
        assertThat(valuesById(CachedDataset.withIds(records, 7, 8, 3), null))
                .isEqualTo(Map.of(3L, 3f, 7L, 7f, 8L, 8f));
    }

    @Test
    void withIds_ofArrayDatasetRandomSplit_isRefusedWithTheWayOut() throws Exception {
        for (int batchSize : new int[] {1, 4}) {
            RandomAccessDataset[] parts = dataset(0, 40, batchSize, false).randomSplit(7, 3);
            for (RandomAccessDataset part : parts) {
                long[] ids = LongStream.range(0, part.size()).toArray();
                CachedDataset cached = CachedDataset.withIds(part, ids);
                assertThatThrownBy(() -> cached.getData(manager))
                        .isInstanceOf(UnsupportedDatasetException.class)
                        .hasMessageContainingAll("randomSplit", "Folds", "optIdInput");
            }
        }
    }

    @Test
    void randomSplit_withIdsAsOneMoreArray_isRight() throws Exception {
        NDArray rows = manager.arange(0, 40, 1, DataType.FLOAT32).reshape(40, 1).repeat(1, 2);
        ArrayDataset dataset =
                new ArrayDataset.Builder()
                        .setData(rows, manager.arange(0, 40, 1, DataType.INT64))
                        .optLabels(rows)
                        .setSampling(3, false)
                        .build();
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optIdInput(1).build()) {
            for (int epoch = 0; epoch < 2; epoch++) {
                for (RandomAccessDataset part : dataset.randomSplit(7, 3)) {
                    assertOwnRows(decorator, part);
                }
            }
            assertThat(decorator.stats().misses()).isLessThanOrEqualTo(40);
            assertThat(decorator.stats().hits()).isPositive();
        }
    }

    @Test
    void getData_batchesWithoutIndices_areRefusedWithTheWayOut() throws Exception {
        CachedDataset dataset = CachedDataset.withNamespace(new Stream(null), "x");
        assertThatThrownBy(() -> dataset.getData(manager).iterator().next())
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContainingAll("no indices", "CacheIds.attach", "CacheIds.scope");
        CachedDataset few = CachedDataset.withNamespace(new Stream(List.of(1L)), "x");
        assertThatThrownBy(() -> few.getData(manager).iterator().next())
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContaining("1 indices");
        CachedDataset texts = CachedDataset.withNamespace(new Stream(List.of("a", "b")), "x");
        assertThatThrownBy(() -> texts.getData(manager).iterator().next())
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContaining("java.lang.String");
        for (Object bad : new Object[] {null, -1L, 1.5, "1"}) {
            Stream stream = new Stream(Arrays.asList(0L, bad));
            for (CachedDataset cached :
                    List.of(
                            CachedDataset.withNamespace(stream, "x"),
                            CachedDataset.withIds(stream, 3, 4))) {
                assertThatThrownBy(() -> cached.getData(manager).iterator().next())
                        .isInstanceOf(UnsupportedDatasetException.class)
                        .hasMessageContainingAll(
                                "position 1",
                                bad instanceof String ? "String" : String.valueOf(bad));
            }
        }
        CachedDataset outside = CachedDataset.withIds(new Stream(List.of(0L, 2L)), 3, 4);
        assertThatThrownBy(() -> outside.getData(manager).iterator().next())
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContaining("index 2");
    }

    @Test
    void withIds_ofACachedDataset_isRefused() {
        CachedDataset once = CachedDataset.withNamespace(dataset(0, 3, 2, false), "x");
        assertThatThrownBy(() -> CachedDataset.withNamespace(once, "y"))
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContaining("once");
    }

    /** Two rows in one batch, as a dataset gives them that is no RandomAccessDataset. */
    private record Stream(@Nullable List<?> indices) implements Dataset {

        @Override
        public Iterable<Batch> getData(NDManager manager) {
            NDManager scope = manager.newSubManager();
            NDList data = new NDList(scope.ones(new Shape(2, 2)));
            NDList labels = new NDList(scope.ones(new Shape(2)));
            return List.of(
                    new Batch(
                            scope,
                            data,
                            labels,
                            2,
                            Batchifier.STACK,
                            Batchifier.STACK,
                            0,
                            0,
                            indices));
        }

        @Override
        public void prepare(@Nullable Progress progress) {}
    }

    /** A dataset that gives one record at a time, as those that read files do. */
    private static final class Records extends TestDataset {

        Records(int size) {
            super(size, 2);
        }

        @Override
        public Record get(NDManager manager, long index) {
            return new Record(
                    new NDList(manager.create(new float[] {index, index})),
                    new NDList(manager.create(index)));
        }
    }
}
