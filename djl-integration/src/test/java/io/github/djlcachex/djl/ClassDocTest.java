package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The examples in class docs, run as they stand there. */
class ClassDocTest {

    private static final Path THIS_FILE =
            Path.of("src/test/java/io/github/djlcachex/djl/ClassDocTest.java");
    private static final Path SOURCES = Path.of("src/main/java/io/github/djlcachex/djl");

    @TempDir Path directory;

    private static Dataset dataset(NDManager manager, int from) throws IOException {
        Digits digits = Digits.read(0, 9, 64);
        int[] positions = IntStream.range(from, from + 32).toArray();
        long[] labels = Arrays.stream(positions).mapToLong(i -> digits.labels().get(i)).toArray();
        return new ArrayDataset.Builder()
                .setData(digits.array(manager, positions))
                .optLabels(manager.create(labels))
                .setSampling(16, true)
                .build();
    }

    @Test
    void decoratorAndDataset_ofTheirExamples_train()
            throws IOException, MalformedModelException, TranslateException {
        Path files = Path.of("src/test/resources/torchscript");
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Model extractor = Model.newInstance("digits_extractor", "PyTorch");
                Model model = Model.newInstance("classifier", "PyTorch")) {
            extractor.load(files);
            Linear head = Linear.builder().setUnits(10).build();
            // CacheBlockDecorator
            CacheBlockDecorator cached =
                    CacheBlockDecorator.builder()
                            .setModel(extractor) // frozen, as every loaded model is
                            .setDirectory(directory)
                            .setModuleId("digits-extractor")
                            .build();
            model.setBlock(new SequentialBlock().add(cached).add(head));
            // end
            Dataset images = dataset(manager, 0);
            Dataset otherImages = dataset(manager, 32);
            try (Trainer trainer =
                    model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
                trainer.initialize(new Shape(16, 1, 8, 8));
                // CachedDataset
                CachedDataset train = CachedDataset.withNamespace(images, "train");
                CachedDataset validation = CachedDataset.withNamespace(otherImages, "validation");
                EasyTrain.fit(trainer, 2, train, validation);
                // end
            }
            assertThat(cached.stats().computedRows()).isEqualTo(64);
            assertThat(cached.stats().hits()).isEqualTo(64);
            cached.close();
        }
    }

    @Test
    void predictor_ofItsExample_readsFromTheCacheTheSecondTime() throws Exception {
        Rows<float[]> translator = Rows.features();
        try (ZooModel<String, float[]> model = new ZooModel<>(GraphModels.onnx(), translator)) {
            float[] first = predict(model);
            assertThat(predict(model)).isEqualTo(first);
            assertThat(translator.batches()).containsExactly(1);
        }
    }

    private float[] predict(ZooModel<String, float[]> model) throws TranslateException {
        // CachedPredictor
        try (CachedPredictor<String, float[]> predictor =
                CachedPredictor.of(model, directory, "minilm")) {
            return predictor.predict("a text"); // the model runs once, in all runs of the program
        }
        // end
    }

    @Test
    void exchangeAndBarrier_ofTheirExamples_runTogether() {
        DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss());
        Path shared = directory.resolve("barriers");
        String runId = "job-17";
        try (CacheBlockDecorator cached = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            // EpochExchange
            FileBarrier barrier =
                    FileBarrier.builder().setDirectory(shared).setRunId(runId).build();
            config.addTrainingListeners(
                    EpochExchange.builder()
                            .setDecorators(cached)
                            .optBarrier(barrier::await)
                            .build());
            // end
            ((EpochExchange) config.getTrainingListeners().get(0)).exchange();
        }
        assertThat(shared.resolve(runId)).isNotEmptyDirectory();
        waitAlone(shared, "job-18");
    }

    private static void waitAlone(Path shared, String runId) {
        // FileBarrier
        FileBarrier barrier = FileBarrier.builder().setDirectory(shared).setRunId(runId).build();
        barrier.await(); // returns once every rank has called it
        // end
        assertThat(shared.resolve(runId)).isNotEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CacheBlockDecorator",
                "CachedDataset",
                "CachedPredictor",
                "EpochExchange",
                "FileBarrier"
            })
    void example_inTheClassDoc_isTheCodeOfThisTest(String name) throws IOException {
        List<String> here = between(Files.readAllLines(THIS_FILE), "// " + name, "// end");
        List<String> there =
                between(
                        Files.readAllLines(SOURCES.resolve(name + ".java")),
                        "* <pre>{@code",
                        "* }</pre>");
        assertThat(there).isNotEmpty().isEqualTo(here);
    }

    /** The lines between two marks, without their common beginning. */
    private static List<String> between(List<String> lines, String from, String to) {
        List<String> stripped = lines.stream().map(String::strip).toList();
        int start = stripped.indexOf(from) + 1;
        int end = start + stripped.subList(start, stripped.size()).indexOf(to);
        int margin = lines.get(start - 1).length() - stripped.get(start - 1).length();
        int shown = stripped.get(start).startsWith("* ") ? margin + 2 : margin;
        return lines.subList(start, end).stream().map(line -> line.substring(shown)).toList();
    }
}
