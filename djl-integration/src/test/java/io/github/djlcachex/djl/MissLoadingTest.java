package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Transform;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A dataset that loads the inputs of missing rows alone. */
class MissLoadingTest {

    private static final int ROWS = 20;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Map<Long, Integer> loads = new ConcurrentSkipListMap<>();
    private final SpyBlock spy = SpyBlock.twicePlusOne();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Rows (i, -i) with the label i, which count how often each is loaded. */
    private final class Counting extends TestDataset {

        Counting(int rows, int batchRows, Transform... transforms) {
            super(rows, batchRows, transforms);
        }

        @Override
        public Record get(NDManager of, long index) throws IOException {
            loads.merge(index, 1, Integer::sum);
            return new Record(
                    new NDList(of.create(new float[] {index, -index})),
                    new NDList(of.create(index)));
        }
    }

    private CachedDataset ids(Transform... transforms) {
        return CachedDataset.withIds(new Counting(ROWS, 6, transforms), ids(ROWS));
    }

    /** Forgets what is loaded when a dataset is first used, to look for randomness in its rows. */
    private CachedDataset looked(CachedDataset data) throws Exception {
        data.getData(manager);
        loads.clear();
        return data;
    }

    private static long[] ids(int rows) {
        return java.util.stream.LongStream.range(0, rows).map(i -> 500 + i).toArray();
    }

    private static NDList label(NDManager of, long index) {
        return new NDList(of.create(index));
    }

    private CacheBlockDecorator decorator() {
        return decorator(spy);
    }

    private CacheBlockDecorator decorator(Block block) {
        return Decorated.of(block, directory);
    }

    /** Puts the rows of the first indices into the cache. */
    private void warm(CacheBlockDecorator cached, int rows) {
        float[] data = new float[2 * rows];
        for (int i = 0; i < rows; i++) {
            data[2 * i] = i;
            data[2 * i + 1] = -i;
        }
        NDList inputs = new NDList(manager.create(data, new Shape(rows, 2)));
        Decorated.train(cached, manager, CacheIds.attach(inputs, ids(rows)));
    }

    /** Runs an epoch, checks each row by its label, and returns how many rows there were. */
    private int epoch(CacheBlockDecorator cached, Dataset dataset) throws Exception {
        return epoch(cached, dataset.getData(manager), 2, 1);
    }

    private int epoch(CacheBlockDecorator cached, Iterable<Batch> batches, int times, int plus) {
        int rows = 0;
        for (Batch batch : batches) {
            NDArray output = Decorated.train(cached, manager, batch.getData()).head();
            check(output, batch.getLabels().head(), times, plus);
            rows += batch.getSize();
            batch.close();
        }
        return rows;
    }

    private static void check(NDArray output, NDArray labels, int times, int plus) {
        for (int i = 0; i < labels.size(); i++) {
            float index = labels.getLong(i);
            assertThat(output.get(i).toFloatArray())
                    .containsExactly(times * index + plus, -times * index + plus);
        }
    }

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

    private Map<String, Integer> imagesByLabel(CacheBlockDecorator cached, Dataset images)
            throws Exception {
        Map<String, Integer> labels = new TreeMap<>();
        for (Batch batch : images.getData(manager)) {
            NDArray rows = Decorated.train(cached, manager, batch.getData()).head();
            for (int i = 0; i < batch.getSize(); i++) {
                labels.put(Bits.hex(rows.get(i)), (int) batch.getLabels().head().getLong(i));
            }
            batch.close();
        }
        assertThat(labels).hasSize(12);
        return labels;
    }

    @Test
    void audit_ofACacheOfOtherRows_loadsTheInputsAndReturnsTheRightRows() throws Exception {
        SpyBlock other = new SpyBlock(inputs -> new NDList(inputs.head().mul(9)));
        try (CacheBlockDecorator wrong =
                Decorated.in(directory).setBlock(other).optFingerprint("same").build()) {
            warm(wrong, ROWS);
        }
        try (CacheBlockDecorator cached =
                Decorated.audited(directory).setBlock(spy).optFingerprint("same").build()) {
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
            assertThat(cached.stats().auditMismatches()).isPositive();
        }
    }

    @Test
    void audit_thatFindsAWrongRow_loadsTheRestOfItsBatchToo() throws Exception {
        int rows = Audit.FIRST_HITS + 36;
        SpyBlock other = new SpyBlock(inputs -> new NDList(inputs.head().mul(9)));
        try (CacheBlockDecorator wrong =
                Decorated.in(directory).setBlock(other).optFingerprint("same").build()) {
            warm(wrong, rows);
        }
        try (CacheBlockDecorator cached =
                Decorated.audited(directory).setBlock(spy).optFingerprint("same").build()) {
            CachedDataset data =
                    CachedDataset.withIds(new Counting(rows, rows), ids(rows))
                            .loadingMissesOnly(cached, MissLoadingTest::label);
            assertThat(epoch(cached, data)).isEqualTo(rows);
            assertThat(epoch(cached, data)).isEqualTo(rows);
        }
    }

    @Test
    void audit_ofRightRows_loadsTheFirstHitsAlone() throws Exception {
        try (CacheBlockDecorator cached = Decorated.audited(directory).setBlock(spy).build()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            for (int i = 0; i < 6; i++) {
                epoch(cached, data);
            }
            int rows = loads.values().stream().mapToInt(n -> n).sum();
            assertThat(rows).isBetween(Audit.FIRST_HITS, Audit.FIRST_HITS + 12);
            assertThat(cached.stats().hits()).isEqualTo(6 * ROWS);
            assertThat(cached.stats().auditMismatches()).isZero();
        }
    }

    @Test
    @SuppressWarnings("try") // closed in the middle, on purpose
    void decorator_thatIsOffOrClosed_loadsAllInputs() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            cached.setEnabled(false);
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
            assertThat(loads).hasSize(ROWS);
            cached.setEnabled(true);
            Iterable<Batch> batches = data.getData(manager);
            Batch first = batches.iterator().next();
            cached.close(); // when the rows of the batch are found, and have no inputs
            loads.clear();
            NDArray output = Decorated.train(cached, manager, first.getData()).head();
            check(output, first.getLabels().head(), 2, 1);
            assertThat(loads).hasSize(6);
            assertThat(epoch(cached, batches, 2, 1)).isEqualTo(ROWS - 6);
        }
    }

    @Test
    void batch_thatReachesAnotherDecorator_isComputedByItsBlock() throws Exception {
        Block other = new SpyBlock(inputs -> new NDList(inputs.head().mul(3)));
        try (CacheBlockDecorator cached = decorator();
                CacheBlockDecorator another =
                        Decorated.in(directory.resolve("other")).setBlock(other).build()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(another, data.getData(manager), 3, 0)).isEqualTo(ROWS);
            assertThat(epoch(another, data.getData(manager), 3, 0)).isEqualTo(ROWS);
        }
    }

    @Test
    void rows_thatAreClearedAfterTheyWereFound_areReturnedAndNotStoredFromPlaceholders()
            throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            var batches = data.getData(manager).iterator();
            Batch first = batches.next();
            cached.cache().clear();
            NDArray output = Decorated.train(cached, manager, first.getData()).head();
            check(output, first.getLabels().head(), 2, 1);
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
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
    void batch_thatWasClosed_isRefused() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            Batch batch = data.getData(manager).iterator().next();
            NDArray ids = batch.getData().get(1).duplicate();
            ids.attach(manager);
            ids.setName(CacheIds.NAME);
            batch.close();
            NDList stale = new NDList(manager.ones(new Shape(6, 1)), ids);
            assertThatThrownBy(() -> Decorated.train(cached, manager, stale))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void batch_forAnyOtherBlock_hasNoInputsToMistake() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            Batch batch = data.getData(manager).iterator().next();
            NDArray seen = Blocks.identityBlock().forward(null, batch.getData(), false).head();
            assertThat(seen.toFloatArray()).containsOnly(Float.NaN);
            Block around = CacheIds.around(cached);
            assertThatThrownBy(() -> Decorated.train(around, manager, batch.getData()))
                    .isInstanceOf(InvalidIdsException.class);
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
    void rowThatCannotBeLoaded_failsTheBatch() throws Exception {
        TestDataset broken =
                new TestDataset(ROWS, 4) {
                    @Override
                    public Record get(NDManager of, long index) throws IOException {
                        if (index == 5) {
                            throw new IOException("row 5 is broken");
                        }
                        return new Record(
                                new NDList(of.create(new float[] {index, -index})),
                                new NDList(of.create(index)));
                    }
                };
        try (CacheBlockDecorator cached = decorator()) {
            Dataset data = CachedDataset.withIds(broken, ids(ROWS)).loadingMissesOnly(cached);
            assertThatThrownBy(() -> epoch(cached, data)).hasRootCauseMessage("row 5 is broken");
        }
    }

    @Test
    void datasetsAndDecorators_thatNeedAllInputs_areRefused() throws Exception {
        Digits digits = Digits.read(0, 9, 32);
        try (CacheBlockDecorator cached = decorator();
                CacheBlockDecorator checking =
                        Decorated.in(directory.resolve("checked"))
                                .setBlock(SpyBlock.twicePlusOne())
                                .optInputCheck()
                                .build()) {
            CachedDataset arrays =
                    CachedDataset.withNamespace(digits.dataset(manager, 8, true), "all");
            assertThatThrownBy(() -> arrays.loadingMissesOnly(cached))
                    .isInstanceOf(UnsupportedDatasetException.class)
                    .hasMessageContainingAll("ArrayDataset", "in memory");
            assertThatThrownBy(() -> ids().loadingMissesOnly(checking))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("optInputCheck");
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
