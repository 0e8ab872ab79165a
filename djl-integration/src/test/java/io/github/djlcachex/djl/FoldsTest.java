package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Cross-validation in which all folds share the cached rows. */
class FoldsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private ArrayDataset dataset(int size, int batchSize, boolean random) {
        NDArray rows = manager.arange(0, size, 1, DataType.FLOAT32).reshape(size, 1);
        return new ArrayDataset.Builder()
                .setData(rows)
                .optLabels(rows)
                .setSampling(batchSize, random)
                .build();
    }

    /** Runs a dataset through a decorator, checks each row, and returns which rows it has. */
    private Set<Integer> rows(CacheBlockDecorator decorator, Dataset dataset) throws Exception {
        Set<Integer> rows = new TreeSet<>();
        for (Batch batch : dataset.getData(manager)) {
            NDArray input = batch.getData().head();
            NDArray output = Decorated.run(decorator, manager, batch.getData()).head();
            assertThat(Bits.hex(output)).isEqualTo(Bits.hex(input.mul(2).add(1)));
            Keys keys = Objects.requireNonNull(BatchIds.split(batch.getData(), -1).keys());
            for (int i = 0; i < keys.size(); i++) {
                int row = (int) input.getFloat(i, 0);
                assertThat(keys.getObject(i)).isEqualTo("all:" + row);
                rows.add(row);
            }
            batch.close();
        }
        return rows;
    }

    private void assertSharedRows(boolean shuffled, int batchSize, boolean random)
            throws Exception {
        int size = 23;
        CachedDataset all = CachedDataset.withNamespace(dataset(size, batchSize, random), "all");
        Folds folds = shuffled ? Folds.of(all, 5, 11) : Folds.of(all, 5);
        Set<Integer> everything = new TreeSet<>(IntStream.range(0, size).boxed().toList());
        Set<Integer> validated = new TreeSet<>();
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory.resolve(shuffled + "-" + batchSize + "-" + random))
                        .setBlock(spy)
                        .optMinBatchRows(1)
                        .build()) {
            for (int i = 0; i < folds.size(); i++) {
                Set<Integer> train = rows(decorator, folds.get(i).train());
                Set<Integer> validation = rows(decorator, folds.get(i).validation());
                assertThat(train).doesNotContainAnyElementsOf(validation);
                assertThat(train.size() + validation.size()).isEqualTo(size);
                assertThat(validated).doesNotContainAnyElementsOf(validation);
                validated.addAll(validation);
            }
            assertThat(validated).isEqualTo(everything);
            assertThat(spy.rowsRun()).isEqualTo(size);
        }
    }

    @Test
    void folds_ofConsecutiveRows_shareTheRowsOfAll() throws Exception {
        assertSharedRows(false, 4, false);
        assertSharedRows(false, 4, true);
    }

    @Test
    void folds_ofShuffledRows_shareTheRowsOfAll() throws Exception {
        assertSharedRows(true, 4, false);
        assertSharedRows(true, 4, true);
    }

    @Test
    void folds_inBatchesOfOneRow_shareTheRowsOfAll() throws Exception {
        assertSharedRows(false, 1, false);
        assertSharedRows(true, 1, false);
        assertSharedRows(true, 1, true);
    }

    @Test
    void folds_ofOneSeed_areTheSame() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        CachedDataset all = CachedDataset.withNamespace(dataset(30, 7, true), "all");
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            Set<Integer> first = rows(decorator, Folds.of(all, 3, 5).get(2).validation());
            assertThat(rows(decorator, Folds.of(all, 3, 5).get(2).validation())).isEqualTo(first);
            assertThat(rows(decorator, Folds.of(all, 3, 6).get(2).validation()))
                    .isNotEqualTo(first);
        }
    }

    @Test
    void folds_ofBadNumbersOrDatasets_areRefused() throws Exception {
        CachedDataset all = CachedDataset.withNamespace(dataset(4, 2, false), "all");
        for (int k : new int[] {-1, 0, 1, 5}) {
            assertThatThrownBy(() -> Folds.of(all, k))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContainingAll("2 to 4", String.valueOf(k));
        }
        Folds folds = Folds.of(all, 4);
        for (int fold : new int[] {-1, 4}) {
            assertThatThrownBy(() -> folds.get(fold)).isInstanceOf(InvalidOptionException.class);
        }
        CachedDataset stream =
                CachedDataset.withIds(
                        new Dataset() {
                            @Override
                            public Iterable<Batch> getData(NDManager manager) {
                                return java.util.List.of();
                            }

                            @Override
                            public void prepare(
                                    ai.djl.util.@org.jspecify.annotations.Nullable Progress p) {}
                        },
                        1);
        assertThatThrownBy(() -> Folds.of(stream, 2))
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContaining("RandomAccessDataset");
    }
}
