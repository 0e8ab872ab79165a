package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/** How many rows the block is run on for a few. */
class MinRowsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** Rows of two numbers, named by the first. */
    private static final class Pairs implements Translator<float[], float[]> {

        @Override
        public NDList processInput(TranslatorContext ctx, float[] input) {
            return new NDList(ctx.getNDManager().create(input));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList list) {
            return list.singletonOrThrow().toFloatArray();
        }

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void caseP7_predictor_runsNoMoreRowsThanItWasGiven(boolean enabled, boolean ownPredictor)
            throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                        Decorated.in(directory).setBlock(spy).optFingerprint("1").build();
                Model model = Model.newInstance("net", "PyTorch")) {
            decorator.setEnabled(enabled);
            model.setBlock(decorator);
            Translator<float[], float[]> translator =
                    CacheIdTranslator.withLongIds(new Pairs(), pair -> (long) pair[0]);
            try (Predictor<float[], float[]> predictor =
                    ownPredictor
                            ? new CachedPredictor<>(model, translator, decorator)
                            : model.newPredictor(translator)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(predictor.predict(new float[] {i, 5}))
                            .containsExactly(2 * i + 1, 11);
                }
            }
            assertThat(spy.calls()).hasSize(3).allMatch(call -> call.rows() == 1);
        }
    }

    @Test
    void trainer_padsInTrainingAndInEvaluation() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                        Decorated.in(directory).setBlock(spy).optFingerprint("1").build();
                Model model = Model.newInstance("net", "PyTorch")) {
            model.setBlock(
                    new SequentialBlock().add(decorator).add(Linear.builder().setUnits(3).build()));
            try (Trainer trainer =
                    model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
                trainer.initialize(new Shape(16, 2));
                NDList rows = new NDList(manager.ones(new Shape(2, 2)));
                trainer.evaluate(CacheIds.attach(rows, 1, 2));
                trainer.forward(CacheIds.attach(rows, 3, 4));
            }
            assertThat(spy.calls()).hasSize(2).allMatch(call -> call.rows() == 16);
        }
    }

    @Test
    void optMinMissRows_thatTheUserSet_countsForAll() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(spy)
                        .optFingerprint("1")
                        .optMinBatchRows(4)
                        .build()) {
            NDList rows = new NDList(manager.ones(new Shape(2, 2)));
            Decorated.run(decorator, manager, CacheIds.attach(rows, 1, 2));
            Decorated.train(decorator, manager, CacheIds.attach(rows, 3, 4));
            assertThat(spy.calls()).hasSize(2).allMatch(call -> call.rows() == 4);
        }
    }
}
