package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Predictors of several threads that share the outputs of their translators. */
class SharedOutputsTest {

    private static final int THREADS = 6;
    private static final int INPUTS = 40;

    @TempDir Path directory;

    /** A translator of numbers, which stand for their double and one. */
    private static final class Numbers implements Translator<Long, float[]> {

        @Override
        public NDList processInput(TranslatorContext ctx, Long input) {
            return new NDList(ctx.getNDManager().create(new float[] {input}, new Shape(1)));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList list) {
            return list.head().toFloatArray();
        }

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }
    }

    @Test
    void predict_sameInputsOnSixThreads_runsEachOnce() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try (Model model = Model.newInstance("numbers", "PyTorch")) {
            model.setBlock(spy);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int first = t * 5;
                tasks.add(() -> predictAll(model, first));
            }
            for (Future<Void> task : executor.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
                task.get();
            }
            assertThat(spy.rowsRun()).isEqualTo(INPUTS);
        } finally {
            executor.shutdownNow();
        }
    }

    private Void predictAll(Model model, int first) throws Exception {
        try (CachedPredictor<Long, float[]> predictor =
                CachedPredictor.builder(model, new Numbers())
                        .setDirectory(directory)
                        .setModuleId("numbers")
                        .optIds(String::valueOf)
                        .build()) {
            List<Long> inputs =
                    LongStream.range(0, INPUTS).mapToObj(i -> (i + first) % INPUTS).toList();
            for (int at = 0; at < INPUTS; at += 8) {
                List<Long> batch = inputs.subList(at, at + 8);
                List<float[]> outputs = predictor.batchPredict(batch);
                for (int i = 0; i < batch.size(); i++) {
                    assertThat(outputs.get(i)).containsExactly(2f * batch.get(i) + 1);
                }
            }
        }
        return null;
    }
}
