package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.translate.PaddingStackBatchifier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.util.List;

/** Ids that reach decorators past blocks that know nothing of them. */
class IdScopeBlockTest {

    private static final int ROWS = 48;
    private static final int BATCH = 16;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private CachedDataset data() {
        NDArray rows = manager.randomNormal(new Shape(ROWS, 2, 4));
        NDArray labels = manager.arange(0, ROWS, 1, DataType.INT32).mod(3);
        return CachedDataset.withNamespace(
                new ArrayDataset.Builder()
                        .setData(rows)
                        .optLabels(labels)
                        .setSampling(BATCH, true)
                        .build(),
                "train");
    }

    private CacheBlockDecorator decorated(String module, Block block) {
        return CacheBlockDecorator.builder()
                .setBlock(block)
                .setDirectory(directory)
                .setModuleId(module)
                .optFingerprint("1")
                .build();
    }

    private Block frozenLinear(int inputs, int units) {
        Block linear = Linear.builder().setUnits(units).build();
        linear.initialize(manager, DataType.FLOAT32, new Shape(1, inputs));
        linear.freezeParameters(true);
        return linear;
    }

    private void fit(Block network) throws Exception {
        Engine.getEngine("PyTorch").setRandomSeed(3);
        try (Model model = Model.newInstance("net", "PyTorch")) {
            model.setBlock(network);
            try (Trainer trainer =
                    model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
                trainer.setMetrics(new Metrics());
                trainer.initialize(new Shape(BATCH, 2, 4));
                EasyTrain.fit(trainer, 2, data(), null);
            }
        }
    }

    @Test
    void fit_flattenInFrontOfADecorator_hitsInTheSecondEpoch() throws Exception {
        try (CacheBlockDecorator decorator = decorated("one", frozenLinear(8, 5))) {
            fit(
                    CacheIds.around(
                            new SequentialBlock()
                                    .add(Blocks.batchFlattenBlock(8))
                                    .add(decorator)
                                    .add(Linear.builder().setUnits(3).build())));
            assertThat(decorator.stats().hits()).isEqualTo(ROWS);
            assertThat(decorator.stats().misses()).isEqualTo(ROWS);
        }
    }

    @Test
    void fit_decoratorBehindADecorator_bothHaveTheIds() throws Exception {
        try (CacheBlockDecorator first = decorated("first", frozenLinear(8, 6));
                CacheBlockDecorator second = decorated("second", frozenLinear(6, 5))) {
            fit(
                    CacheIds.around(
                            new SequentialBlock()
                                    .add(Blocks.batchFlattenBlock(8))
                                    .add(first)
                                    .add(second)
                                    .add(Linear.builder().setUnits(3).build())));
            for (CacheBlockDecorator decorator : List.of(first, second)) {
                assertThat(decorator.stats().hits()).isEqualTo(ROWS);
                assertThat(decorator.stats().batchesWithoutIds()).isZero();
            }
        }
    }

    @Test
    void fit_studentBesideACachedTeacher_isTrained() throws Exception {
        try (CacheBlockDecorator teacher = decorated("teacher", frozenLinear(8, 5))) {
            Block student = Linear.builder().setUnits(5).build();
            Block both =
                    new ParallelBlock(
                            lists ->
                                    new NDList(
                                            lists.get(0)
                                                    .singletonOrThrow()
                                                    .add(lists.get(1).singletonOrThrow())),
                            List.of(student, teacher));
            fit(
                    CacheIds.around(
                            new SequentialBlock()
                                    .add(Blocks.batchFlattenBlock(8))
                                    .add(both)
                                    .add(Linear.builder().setUnits(3).build())));
            assertThat(teacher.stats().hits()).isEqualTo(ROWS);
        }
    }

    @Test
    void around_aNetwork_savesAndDescribesItselfAsTheNetwork() throws Exception {
        SequentialBlock network = new SequentialBlock().add(frozenLinear(8, 5));
        Block around = CacheIds.around(network);
        around.initialize(manager, DataType.FLOAT32, new Shape(BATCH, 8));
        assertThat(saved(around)).isEqualTo(saved(network));
        assertThat(around.getParameters().keys()).isEqualTo(network.getParameters().keys());
        assertThat(around.describeInput()).hasToString(network.describeInput().toString());
        assertThat(around.getOutputShapes(new Shape[] {new Shape(4, 8)}))
                .containsExactly(new Shape(4, 5));
        NDList plain = new NDList(manager.ones(new Shape(4, 8)));
        assertThat(Bits.hex(Decorated.run(around, manager, CacheIds.attach(plain, 1, 2, 3, 4))))
                .isEqualTo(Bits.hex(Decorated.run(network, manager, plain)));
    }

    private static byte[] saved(Block block) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void case3_paddedBatchSplitOverDevices_keepsIdsAndValidLengths() throws Exception {
        RaggedTexts texts = new RaggedTexts(13, 5);
        SpyBlock spy = new SpyBlock(list -> new NDList(list.get(0).sum(new int[] {1})));
        for (boolean strings : new boolean[] {false, true}) {
            CachedDataset data =
                    strings
                            ? CachedDataset.withStringIds(texts, i -> "row " + i)
                            : CachedDataset.withLongIds(texts, i -> 100 + i);
            try (CacheBlockDecorator decorator =
                    Decorated.in(directory.resolve("split" + strings))
                            .setBlock(spy)
                            .optFingerprint("1")
                            .optRequireIds(true)
                            .build()) {
                assertSumsOfParts(decorator, data);
                assertSumsOfParts(decorator, data);
                assertThat(spy.calls()).allSatisfy(call -> assertThat(call.shapes()).hasSize(2));
                assertThat(decorator.cache().rowCount()).isEqualTo(13);
                assertThat(decorator.stats().hits()).isEqualTo(13);
            }
        }
    }

    private void assertSumsOfParts(CacheBlockDecorator decorator, CachedDataset data)
            throws Exception {
        for (Batch batch : data.getData(manager)) {
            Device[] devices = {Device.cpu(), Device.cpu()};
            for (Batch part : batch.split(devices, false)) {
                NDArray sums = Decorated.run(decorator, manager, part.getData()).head();
                assertThat(sums.toFloatArray()).containsExactly(sumsOf(part.getLabels().head()));
            }
        }
    }

    /** Returns what the rows of some indices add up to. */
    private static float[] sumsOf(NDArray indices) {
        long[] all = indices.toLongArray();
        float[] sums = new float[all.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = all[i] * (1 + all[i] % 5);
        }
        return sums;
    }

    /** Rows of 1 to 5 numbers, padded by a batchifier that appends their lengths. */
    private static final class RaggedTexts extends ai.djl.training.dataset.RandomAccessDataset {

        private final int rows;

        RaggedTexts(int rows, int batch) {
            super(new Builder(batch));
            this.rows = rows;
        }

        @Override
        public ai.djl.training.dataset.Record get(NDManager manager, long index) {
            NDArray row = manager.ones(new Shape(1 + index % 5)).mul(index);
            return new ai.djl.training.dataset.Record(
                    new NDList(row), new NDList(manager.create(index)));
        }

        @Override
        protected long availableSize() {
            return rows;
        }

        @Override
        public void prepare(ai.djl.util.Progress progress) {
            // the rows are made when they are asked for
        }

        private static final class Builder extends BaseBuilder<Builder> {

            Builder(int batch) {
                setSampling(batch, false);
                optDataBatchifier(
                        PaddingStackBatchifier.builder()
                                .optIncludeValidLengths(true)
                                .addPad(0, 0, m -> m.zeros(new Shape(1)), 5)
                                .build());
            }

            @Override
            protected Builder self() {
                return this;
            }
        }
    }
}
