package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Training a head on cached features gives the losses of training without the cache. */
class TrainingTest {

    /** The last batches hold 8 and 3 rows: so few give other bits than many. */
    private static final int TRAIN = 6 * Head.BATCH + 8;

    private static final int VALIDATION = Head.BATCH + 3;
    private static final int EPOCHS = 3;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final CachedDataset train = datasets(0, TRAIN, true);
    private final CachedDataset validation = datasets(TRAIN, VALIDATION, false);

    @AfterEach
    void close() {
        manager.close();
    }

    private CachedDataset datasets(int from, int count, boolean random) {
        try {
            Digits all = Digits.read(5, 9, from + count);
            Digits part =
                    new Digits(
                            all.images().subList(from, from + count),
                            all.labels().subList(from, from + count));
            return CachedDataset.withNamespace(
                    part.dataset(manager, Head.BATCH, random), random ? "train" : "validation");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private interface Training {
        List<String> run(Head head) throws Exception;
    }

    private List<String> train(Block extractor, boolean enabled, Training training, int misses)
            throws Exception {
        try (CacheBlockDecorator decorator = Decorated.of(extractor, directory);
                Head head = new Head(decorator)) {
            decorator.setEnabled(enabled);
            List<String> results = training.run(head);
            assertThat(decorator.stats().misses()).isEqualTo(misses);
            return results;
        }
    }

    private void assertEqualOffColdAndWarm(Block extractor, Training training) throws Exception {
        List<String> off = train(extractor, false, training, 0);
        List<String> cold = train(extractor, true, training, TRAIN + VALIDATION);
        List<String> warm = train(extractor, true, training, 0);
        assertThat(cold).isEqualTo(off);
        assertThat(warm).isEqualTo(off);
        assertThat(off).hasSizeGreaterThan(2);
    }

    @Test
    void easyTrainFit_offColdAndWarm_givesBitIdenticalLossesAndWeights() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            assertEqualOffColdAndWarm(fixture.block(), head -> head.fit(EPOCHS, train, validation));
        }
    }

    @Test
    void handWrittenLoop_offColdAndWarm_givesBitIdenticalLossesAndWeights() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            assertEqualOffColdAndWarm(
                    fixture.block(), head -> head.loop(EPOCHS, train, validation));
        }
    }

    @Test
    void handWrittenLoop_onAJavaBlock_givesBitIdenticalLossesAndWeights() throws Exception {
        assertEqualOffColdAndWarm(javaExtractor(), head -> head.loop(EPOCHS, train, validation));
    }

    /** Returns a frozen network with the layers that differ in training mode. */
    private SequentialBlock javaExtractor() {
        SequentialBlock network =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock(64))
                        .add(Linear.builder().setUnits(32).build())
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(Dropout.builder().optRate(0.5f).build());
        network.initialize(manager, DataType.FLOAT32, new Shape(Head.BATCH, 1, 8, 8));
        network.freezeParameters(true);
        return network;
    }

    @Test
    void caseP15_javaExtractorUnderANewModelPerFold_worksInEveryFold() throws Exception {
        SequentialBlock extractor =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock(64))
                        .add(Linear.builder().setUnits(8).build());
        extractor.freezeParameters(true);
        for (int fold = 0; fold < 3; fold++) {
            try (CacheBlockDecorator decorator = Decorated.of(extractor, directory);
                    Head head = new Head(decorator)) {
                head.loop(1, train, validation);
                assertThat(decorator.stats().misses())
                        .isEqualTo(fold == 0 ? TRAIN + VALIDATION : 0);
            }
        }
    }

    @Test
    void training_ofAFrozenJavaBlock_leavesItsStatisticsAlone() throws Exception {
        SequentialBlock extractor = javaExtractor();
        String before = ModuleFingerprint.of(extractor);
        train(extractor, true, head -> head.loop(2, train, validation), TRAIN + VALIDATION);
        train(extractor, false, head -> head.loop(1, train, validation), 0);
        assertThat(ModuleFingerprint.of(extractor)).isEqualTo(before);
    }

    @Test
    void training_ofAScriptedBlock_leavesItsBuffersAndModeAlone() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            NDList images = new NDList(Digits.read(5, 9, 40).array(manager));
            for (int i = 0; i < 2; i++) {
                Decorated.run(fixture.block(), manager, images);
            }
            String rows = Bits.hex(Decorated.run(fixture.block(), manager, images).head());
            String weights = ModuleFingerprint.of(fixture.block());
            train(
                    fixture.block(),
                    true,
                    head -> head.fit(3, train, validation),
                    TRAIN + VALIDATION);
            train(fixture.block(), false, head -> head.fit(3, train, validation), 0);
            assertThat(ModuleFingerprint.of(fixture.block())).isEqualTo(weights);
            assertThat(Bits.hex(Decorated.run(fixture.block(), manager, images).head()))
                    .isEqualTo(rows);
        }
    }

    @Test
    void forward_calledForTraining_runsTheBlockInEvaluationMode() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            NDArray rows = manager.ones(new Shape(2, 2));
            NDList labels = new NDList(manager.ones(new Shape(2)));
            NDList batch = CacheIds.attach(new NDList(rows), 1, 2);
            var store = new ai.djl.training.ParameterStore(manager, false);
            decorator.forward(store, batch, labels, null);
            decorator.forward(store, new NDList(rows), true);
            decorator.setEnabled(false);
            decorator.forward(store, batch, true, null);
            assertThat(spy.calls()).hasSize(3).noneMatch(SpyBlock.Call::training);
        }
    }

    @Test
    void decorator_asWholeModel_predictsWhatItsBlockDoes() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            Digits digits = Digits.read(5, 9, 32);
            NDList images = new NDList(digits.array(fixture.manager()));
            NDList plain = Decorated.run(fixture.block(), fixture.manager(), images);
            long[] ids = IntStream.range(0, 32).asLongStream().toArray();
            NDList cached =
                    Decorated.train(decorator, fixture.manager(), CacheIds.attach(images, ids));
            assertThat(Bits.hex(cached)).isEqualTo(Bits.hex(plain));
        }
    }
}
