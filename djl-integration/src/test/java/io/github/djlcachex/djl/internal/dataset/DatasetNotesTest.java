package io.github.djlcachex.djl.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Record;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.Decorated;
import io.github.djlcachex.djl.Epoch;
import io.github.djlcachex.djl.Folds;
import io.github.djlcachex.djl.ImageFolders;
import io.github.djlcachex.djl.SpyBlock;
import io.github.djlcachex.djl.TestDataset;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Data whose indices have come to mean other rows than those in the cache. */
class DatasetNotesTest {

    private static final String OTHER_RUN = "is not the one whose rows are in";
    private static final String ONE_PROCESS = "Two datasets have the namespace";

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    /** Keeps the datasets of samples in use, as a sample holds its own by a weak reference. */
    private final List<ArrayDataset> sampled = new ArrayList<>();

    @AfterEach
    void close() {
        manager.close();
    }

    /** One process that trains: a decorator of its own, over one dataset after the other. */
    private String run(CachedDataset... datasets) {
        StringBuilder log = new StringBuilder();
        try (CacheBlockDecorator decorator =
                Decorated.of(SpyBlock.twicePlusOne(), directory.resolve("cache"))) {
            for (CachedDataset dataset : datasets) {
                log.append(Epoch.logOf(decorator, manager, dataset));
            }
        }
        return log.toString();
    }

    private ArrayDataset arrays(List<Integer> values) {
        float[] floats = new float[values.size()];
        IntStream.range(0, floats.length).forEach(i -> floats[i] = values.get(i));
        NDArray rows = manager.create(floats).reshape(floats.length, 1);
        return new ArrayDataset.Builder()
                .setData(rows)
                .optLabels(rows)
                .setSampling(16, true)
                .build();
    }

    private CachedDataset named(List<Integer> values) {
        return CachedDataset.withNamespace(arrays(values), "train");
    }

    private static List<Integer> values(int size) {
        return new ArrayList<>(IntStream.range(0, size).boxed().toList());
    }

    @Test
    void caseP2_onePngAddedInFront_isWarnedOfAtTheNextRun() throws Exception {
        Path root = ImageFolders.write(directory.resolve("images"), "m", 48);
        for (int sameData = 0; sameData < 2; sameData++) {
            assertThat(run(CachedDataset.withNamespace(ImageFolders.open(root), "train")))
                    .isEmpty();
        }
        ImageFolders.write(root.resolve("aardvark/a.png"), 1000);
        for (int everyRun = 0; everyRun < 2; everyRun++) {
            String log = run(CachedDataset.withNamespace(ImageFolders.open(root), "train"));
            assertThat(log)
                    .containsOnlyOnce(OTHER_RUN)
                    .contains("'train'", "48 rows, now 49", "withFileIds", "withContentIds");
        }
    }

    @Test
    void caseP16_trainAndValidationInOneNamespace_areWarnedOfAtOnce() {
        List<Integer> validation = IntStream.range(1000, 1020).boxed().toList();
        String log =
                run(named(values(512)), CachedDataset.withNamespace(arrays(validation), "train"));
        assertThat(log)
                .containsOnlyOnce(ONE_PROCESS)
                .contains("'train'", "512 rows, now 20", "its own namespace");
    }

    @Test
    void twoDatasetsInOneNamespace_overEpochs_areWarnedOfOnce() {
        CachedDataset train = named(values(40));
        CachedDataset validation = named(IntStream.range(50, 70).boxed().toList());
        assertThat(run(train, validation, train, validation, train)).containsOnlyOnce(ONE_PROCESS);
    }

    @Test
    void sameData_openedAgainOrUnderTwoNamespaces_isNoReasonToWarn() {
        List<Integer> validation = IntStream.range(1000, 1020).boxed().toList();
        for (int i = 0; i < 2; i++) {
            assertThat(
                            run(
                                    named(values(100)),
                                    CachedDataset.withNamespace(arrays(validation), "validation"),
                                    named(values(100))))
                    .isEmpty();
        }
    }

    @Test
    void rowsAddedAtTheEnd_areNoReasonToWarnAndRemembered() {
        assertThat(run(named(values(30)))).isEmpty();
        assertThat(run(named(values(35)), named(values(200)))).isEmpty();
        List<Integer> changed = values(200);
        changed.set(199, -1);
        assertThat(run(named(changed))).contains(OTHER_RUN, "row 199 has other contents");
    }

    @Test
    void fewerRowsOfTheSameData_areNoReasonToWarnAndForgetNothing() {
        assertThat(run(named(values(100)))).isEmpty();
        assertThat(run(named(values(37)))).isEmpty();
        List<Integer> grown = values(37);
        grown.addAll(IntStream.range(500, 600).boxed().toList());
        assertThat(run(named(grown))).contains(OTHER_RUN, "100 rows, now 137");
    }

    @Test
    void insertionOrRemoval_anywhere_isNoticed() {
        DatasetSample before = sample(values(97));
        for (int i = 0; i < 97; i++) {
            List<Integer> inserted = values(97);
            inserted.add(i, -1);
            assertThat(before.digest().changeTo(sample(inserted)))
                    .as("inserted at %s", i)
                    .isPresent();
            List<Integer> removed = values(97);
            removed.remove(i);
            boolean last = i == 96;
            assertThat(before.digest().changeTo(sample(removed)).isPresent())
                    .as("removed at %s", i)
                    .isEqualTo(!last);
        }
        List<Integer> reversed = values(97);
        java.util.Collections.reverse(reversed);
        assertThat(before.digest().changeTo(sample(reversed))).isPresent();
    }

    private DatasetSample sample(List<Integer> values) {
        ArrayDataset dataset = arrays(values);
        sampled.add(dataset);
        try {
            return DatasetSample.of(dataset, DatasetRows.like(manager));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void samples_ofAnySize_areDistinctAndReachFromFirstToLast() {
        for (long size : new long[] {1, 2, 3, 15, 16, 17, 1000, Integer.MAX_VALUE, 1L << 52}) {
            long[] samples = DatasetDigest.samples(size);
            assertThat(samples).isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(16);
            assertThat(samples[0]).isZero();
            assertThat(samples[samples.length - 1]).isEqualTo(size - 1);
        }
        assertThat(DatasetDigest.samples(0)).isEmpty();
    }

    @Test
    void digest_asText_isReadBackAndAnythingElseIsNone() {
        DatasetDigest digest = sample(values(50)).digest();
        assertThat(DatasetDigest.parse(digest.text())).contains(digest);
        assertThat(DatasetDigest.parse(sample(List.of()).digest().text()))
                .hasValueSatisfying(empty -> assertThat(empty.size()).isZero());
        for (String text :
                List.of(
                        "",
                        "dataset 1",
                        "dataset 2\nsize 3\n",
                        "dataset 1\nsize x\n",
                        "dataset 1\nsize 99999999999999999999\n",
                        digest.text() + "50 " + "0".repeat(32) + "\n",
                        digest.text() + "junk\n")) {
            assertThat(DatasetDigest.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void folds_ofAChangedDataset_areWarnedOf() throws Exception {
        assertThat(run(Folds.of(named(values(40)), 4).get(0).train())).isEmpty();
        Folds same = Folds.of(named(values(40)), 5, 3);
        assertThat(run(same.get(1).train(), same.get(1).validation(), same.get(2).train()))
                .isEmpty();
        List<Integer> shifted = values(40);
        shifted.add(0, -1);
        assertThat(run(Folds.of(named(shifted), 4).get(3).validation()))
                .containsOnlyOnce(OTHER_RUN)
                .contains("40 rows, now 41");
    }

    @Test
    void note_thatIsDamaged_isReplacedAndNothingFails() throws Exception {
        assertThat(run(named(values(40)))).isEmpty();
        Path note;
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            note = files.filter(f -> f.toString().endsWith(".note")).findFirst().orElseThrow();
        }
        Files.writeString(note, "dataset 1\nsize 3\n");
        assertThat(run(named(values(40)))).contains("passed over a note");
        assertThat(run(named(values(40)))).isEmpty();
    }

    @Test
    void readOnlyCache_ofChangedData_isWarnedOfAndKeepsTheNote() {
        assertThat(run(named(values(40)))).isEmpty();
        List<Integer> shifted = values(40);
        shifted.add(0, -1);
        for (int i = 0; i < 2; i++) {
            try (CacheBlockDecorator decorator =
                    Decorated.in(directory.resolve("cache"))
                            .setBlock(SpyBlock.twicePlusOne())
                            .optReadOnly(true)
                            .build()) {
                assertThat(Epoch.logOf(decorator, manager, named(shifted))).contains(OTHER_RUN);
            }
        }
        assertThat(run(named(values(40)))).isEmpty();
    }

    @Test
    void otherModule_onOtherDataOfOneNamespace_isNoReasonToWarn() {
        assertThat(run(named(values(40)))).isEmpty();
        try (CacheBlockDecorator decorator =
                CacheBlockDecorator.builder()
                        .setBlock(SpyBlock.twicePlusOne())
                        .setDirectory(directory.resolve("cache"))
                        .setModuleId("another")
                        .build()) {
            CachedDataset others = named(IntStream.range(100, 130).boxed().toList());
            assertThat(Epoch.logOf(decorator, manager, others)).isEmpty();
        }
    }

    /** A dataset that counts its reads, and fails them when told to. */
    private static final class Reads extends TestDataset {

        private int reads;
        private boolean failing;

        Reads(int size) {
            super(size, 10);
        }

        @Override
        public Record get(NDManager manager, long index) throws IOException {
            reads++;
            if (failing) {
                throw new IOException("not before it is asked for in a batch");
            }
            NDList data = new NDList(manager.create(new float[] {index}));
            return new Record(data, new NDList(manager.create(index)));
        }
    }

    @Test
    void sampling_readsFewRowsOnceForADataset() throws Exception {
        Reads data = new Reads(100_000);
        CachedDataset cached = CachedDataset.withNamespace(data, "few");
        cached.getData(manager);
        assertThat(data.reads).isPositive().isLessThanOrEqualTo(32);
        int reads = data.reads;
        cached.getData(manager);
        assertThat(data.reads).isEqualTo(reads);
    }

    @Test
    void sampling_ofADatasetThatCannotBeRead_failsNothing() throws Exception {
        Reads data = new Reads(20);
        data.failing = true;
        CachedDataset cached = CachedDataset.withNamespace(data, "failing");
        Iterable<Batch> batches = cached.getData(manager);
        data.failing = false;
        int rows = 0;
        for (Batch batch : batches) {
            rows += batch.getSize();
            batch.close();
        }
        assertThat(rows).isEqualTo(20);
    }
}
