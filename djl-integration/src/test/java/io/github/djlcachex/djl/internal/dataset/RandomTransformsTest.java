package io.github.djlcachex.djl.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.modality.cv.transform.Normalize;
import ai.djl.modality.cv.transform.RandomBrightness;
import ai.djl.modality.cv.transform.RandomFlipLeftRight;
import ai.djl.modality.cv.transform.RandomHue;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Transform;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.Decorated;
import io.github.djlcachex.djl.Epoch;
import io.github.djlcachex.djl.Folds;
import io.github.djlcachex.djl.ImageFolders;
import io.github.djlcachex.djl.SpyBlock;
import io.github.djlcachex.djl.TestDataset;
import io.github.djlcachex.djl.internal.hash.RowHash;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongFunction;

/** Augmentation in front of the cache, which would be frozen at its first outcome. */
class RandomTransformsTest {

    private static final String RANDOM = "The rows of a dataset are random";

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private String logOfUse(CachedDataset... datasets) {
        return Decorated.logOf(
                () -> {
                    try {
                        for (CachedDataset dataset : datasets) {
                            dataset.getData(manager);
                            dataset.getData(manager);
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private String logOfImages(Transform... transforms) throws IOException {
        Path root = ImageFolders.write(directory, "m", 6);
        return logOfUse(CachedDataset.withFileIds(ImageFolders.open(root, transforms), "train"));
    }

    @Test
    void djlsRandomTransforms_areNamedInOneWarning() throws IOException {
        assertThat(logOfImages(new RandomFlipLeftRight(), new RandomHue(0.5f)))
                .containsOnlyOnce(RANDOM)
                .contains("RandomFlipLeftRight, RandomHue", "augment behind it", "own id");
        assertThat(logOfImages(new RandomBrightness(0.3f))).contains("RandomBrightness");
    }

    @Test
    void deterministicPipelines_areNoReasonToWarn() throws IOException {
        float[] half = {0.5f, 0.5f, 0.5f};
        assertThat(logOfImages(new Normalize(half, half), array -> array.muli(2))).isEmpty();
        assertThat(logOfImages()).isEmpty();
    }

    /** A user's own augmentation, which no name tells. */
    private static final class Noise implements Transform {
        @Override
        public NDArray transform(NDArray array) {
            return array.add(array.getManager().randomNormal(array.getShape()));
        }
    }

    @Test
    void ownRandomTransform_isSeenByWhatItDoes() throws IOException {
        assertThat(logOfImages(new Noise()))
                .containsOnlyOnce(RANDOM)
                .contains("the pipeline of ToTensor, Noise");
    }

    private CachedDataset arrays(Transform transform) {
        NDArray rows = manager.arange(0, 8, 1, DataType.FLOAT32).reshape(8, 1);
        ArrayDataset dataset =
                new ArrayDataset.Builder()
                        .setData(rows)
                        .optLabels(rows)
                        .addTransform(transform)
                        .setSampling(4, false)
                        .build();
        return CachedDataset.withNamespace(dataset, "train");
    }

    @Test
    void randomTransform_ofAnArrayDatasetOrOfFolds_isWarnedOfOnce() throws Exception {
        assertThat(logOfUse(arrays(new Noise()))).containsOnlyOnce(RANDOM);
        assertThat(logOfUse(arrays(batch -> batch.get(":, 0:1")))).isEmpty();
        Folds folds = Folds.of(arrays(new Noise()), 3);
        String log =
                logOfUse(
                        folds.get(0).train(), folds.get(0).validation(), folds.get(1).validation());
        assertThat(log).containsOnlyOnce(RANDOM);
    }

    /** A dataset of one value a row. */
    private static final class Rows extends TestDataset {

        private final LongFunction<NDArray> rows;

        Rows(LongFunction<NDArray> rows, Transform... transforms) {
            super(4, 2, transforms);
            this.rows = rows;
        }

        @Override
        public Record get(NDManager manager, long index) {
            NDList label = new NDList(manager.create(index));
            return new Record(new NDList(rows.apply(index)), label);
        }
    }

    @Test
    void randomGet_isSeenAndKeptOutOfTheDigest() throws Exception {
        for (int run = 0; run < 2; run++) {
            CachedDataset dataset =
                    CachedDataset.withNamespace(
                            new Rows(index -> manager.randomNormal(manager.create(1f).getShape())),
                            "random get");
            try (CacheBlockDecorator decorator =
                    Decorated.of(SpyBlock.twicePlusOne(), directory.resolve("cache"))) {
                assertThat(logOfUse(dataset)).containsOnlyOnce(RANDOM).contains("Rows.get");
                assertThat(Epoch.logOf(decorator, manager, dataset)).isEmpty();
            }
        }
    }

    @Test
    void transformThatThrowsOrTextsThatCannotBeCopied_failNothing() {
        Transform throwing =
                array -> {
                    throw new IllegalStateException("not this row");
                };
        Rows numbers = new Rows(i -> manager.create(new float[] {i}), throwing);
        assertThat(logOfUse(CachedDataset.withNamespace(numbers, "throwing"))).isEmpty();
        Rows texts = new Rows(i -> manager.create("text " + i), array -> array);
        assertThat(logOfUse(CachedDataset.withNamespace(texts, "texts"))).isEmpty();
    }

    @Test
    void textRowsOfPytorch_haveAHashAndCrashNothing() {
        byte[] one = RowHash.of(new NDList(manager.create("a"), manager.create("b")));
        assertThat(RowHash.of(new NDList(manager.create("a"), manager.create("b")))).isEqualTo(one);
        assertThat(RowHash.of(new NDList(manager.create("ab"), manager.create(""))))
                .isNotEqualTo(one);
    }
}
