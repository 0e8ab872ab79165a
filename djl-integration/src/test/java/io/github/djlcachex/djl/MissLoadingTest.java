package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Transform;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A dataset that loads the inputs of missing rows alone. */
class MissLoadingTest extends MissLoadingScenario {

    @Test
    void coldEpoch_loadsAndComputesEachRowOnce() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
            loads.merge(0L, -1, Integer::sum); // the template
            assertThat(loads).hasSize(ROWS).containsValue(1);
            assertThat(loads.values()).containsOnly(1);
            assertThat(cached.stats().computedRows()).isEqualTo(ROWS);
            assertThat(cached.stats().misses()).isEqualTo(ROWS);
            assertThat(cached.stats().batches()).isEqualTo(4);
        }
    }

    @Test
    void warmEpochs_loadOneRowForTheTemplate() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            long run = spy.rowsRun();
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(cached, data) + epoch(cached, data)).isEqualTo(2 * ROWS);
            assertThat(loads).containsExactly(Map.entry(0L, 1));
            assertThat(spy.rowsRun()).isEqualTo(run);
            assertThat(cached.stats().hits()).isEqualTo(2 * ROWS);
        }
    }

    @Test
    void partlyWarmEpoch_loadsTheMissingRowsAlone() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, 9); // the second batch has rows of both kinds
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
            loads.remove(0L);
            assertThat(loads.keySet())
                    .containsExactly(9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L);
            assertThat(cached.stats().hits()).isEqualTo(9);
        }
    }

    @Test
    void labelsOfADataset_areKeptOnceTheirRowsWereLoaded() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached));
            epoch(cached, data);
            assertThat(loads).hasSize(ROWS);
            loads.clear();
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
            assertThat(loads).isEmpty();
        }
    }

    @Test
    void imageFolder_whoseRowsAreCached_givesLabelsWithoutDecoding() throws Exception {
        Path root = ImageFolders.write(directory.resolve("images"), "a", 12);
        AtomicInteger decoded = new AtomicInteger();
        Transform counting =
                array -> {
                    decoded.incrementAndGet();
                    return array;
                };
        try (CacheBlockDecorator cached = decorator()) {
            CachedDataset images =
                    CachedDataset.withFileIds(ImageFolders.open(root, counting), "train");
            Map<String, Integer> expected = imagesByLabel(cached, images);
            decoded.set(0);
            CachedDataset lazily = images.loadingMissesOnly(cached);
            assertThat(imagesByLabel(cached, lazily)).isEqualTo(expected);
            assertThat(imagesByLabel(cached, lazily)).isEqualTo(expected);
            assertThat(decoded).hasValue(1);
        }
    }

    @Test
    void batch_splitOverDevices_getsTheRowsOfEachPart() throws Exception {
        try (CacheBlockDecorator cached =
                Decorated.in(directory).setBlock(spy).optIdInput(1).build()) {
            warm(cached, 9);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            int rows = 0;
            for (Batch batch : data.getData(manager)) {
                for (Batch part : batch.split(new Device[] {Device.cpu(), Device.cpu()}, false)) {
                    NDArray output = Decorated.train(cached, manager, part.getData()).head();
                    check(output, part.getLabels().head(), 2, 1);
                    rows += part.getSize();
                }
                batch.close();
            }
            assertThat(rows).isEqualTo(ROWS);
        }
    }

    @Test
    void folds_shareTheRowsOfTheWhole() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            Folds folds = Folds.of(looked(ids().loadingMissesOnly(cached)), 5, 3);
            for (int i = 0; i < folds.size(); i++) {
                int rows = epoch(cached, folds.get(i).train());
                assertThat(rows + epoch(cached, folds.get(i).validation())).isEqualTo(ROWS);
            }
            assertThat(loads.values().stream().mapToInt(n -> n).sum()).isEqualTo(ROWS + 1);
            assertThat(cached.stats().computedRows()).isEqualTo(ROWS);
        }
    }

    @Test
    void prefetchThreads_findAndLoadTheRowsOfEachBatch() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, 9);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            for (int i = 0; i < 3; i++) {
                assertThat(epoch(cached, data.getData(manager, threads), 2, 1)).isEqualTo(ROWS);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void epochs_leaveNoArrayBehind() throws Exception {
        try (CacheBlockDecorator cached = decorator();
                NDManager own = manager.newSubManager()) {
            warm(cached, 9);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(cached, data.getData(own), 2, 1)).isEqualTo(ROWS);
            assertThat(own.getManagedArrays()).isEmpty();
        }
    }

    @Test
    void pipeline_changesTheLoadedRows() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            CachedDataset data =
                    ids(array -> array.mul(3)).loadingMissesOnly(cached, MissLoadingTest::label);
            assertThat(epoch(cached, data.getData(manager), 6, 1)).isEqualTo(ROWS);
            assertThat(epoch(cached, data.getData(manager), 6, 1)).isEqualTo(ROWS);
        }
    }

    @Test
    void head_onADatasetThatLoadsMissesAlone_getsTheSameLosses() throws Exception {
        Digits digits = Digits.read(5, 9, 104);
        TestDataset images =
                new TestDataset(digits.size(), Head.BATCH) {
                    @Override
                    public Record get(NDManager of, long index) {
                        NDArray image = digits.array(of, (int) index).get(0);
                        long label = digits.labels().get((int) index);
                        return new Record(new NDList(image), new NDList(of.create(label)));
                    }
                };
        List<List<String>> losses = new ArrayList<>();
        try (Fixture extractor = Fixture.of("digits_extractor");
                CacheBlockDecorator cached =
                        Decorated.in(directory).setModel(extractor.model()).build()) {
            CachedDataset all = CachedDataset.withNamespace(images, "train");
            for (Dataset data : List.of(all.loadingMissesOnly(cached), all)) {
                try (Head head = new Head(cached)) {
                    losses.add(head.loop(3, data, data));
                }
            }
        }
        assertThat(losses.get(0)).isEqualTo(losses.get(1));
    }
}
