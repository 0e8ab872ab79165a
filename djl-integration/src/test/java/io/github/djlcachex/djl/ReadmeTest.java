package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The code of the README, run as it stands there. */
class ReadmeTest {

    private static final Path README = Path.of("../README.md");
    private static final Path THIS_FILE =
            Path.of("src/test/java/io/github/djlcachex/djl/ReadmeTest.java");

    @TempDir Path cacheDirectory;

    private final Path modelDirectory = Path.of("src/test/resources/torchscript");
    private final DefaultTrainingConfig config =
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss());

    @Test
    void readmeCode_asItStands_trains()
            throws IOException, MalformedModelException, TranslateException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            runReadme(dataset(manager, 0, 128), dataset(manager, 128, 64));
        }
        try (FeatureCache cache = reopen()) {
            assertThat(cache.rowCount()).isEqualTo(128 + 64);
            assertThat(cache.contains("train:127")).isTrue();
            assertThat(cache.contains("validation:0")).isTrue();
        }
    }

    private FeatureCache reopen() throws IOException, MalformedModelException {
        try (Model extractor = Model.newInstance("digits_extractor", "PyTorch")) {
            extractor.load(modelDirectory);
            return FeatureCache.builder()
                    .directory(cacheDirectory)
                    .moduleId("digits-extractor")
                    .fingerprint(ModuleFingerprint.of(extractor.getBlock()))
                    .open();
        }
    }

    private static Dataset dataset(NDManager manager, int from, int rows) throws IOException {
        Digits digits = Digits.read(0, 9, 192);
        int[] positions = IntStream.range(from, from + rows).toArray();
        long[] labels = Arrays.stream(positions).mapToLong(i -> digits.labels().get(i)).toArray();
        return new ArrayDataset.Builder()
                .setData(digits.array(manager, positions))
                .optLabels(manager.create(labels))
                .setSampling(32, true)
                .build();
    }

    private void runReadme(Dataset trainImages, Dataset validationImages)
            throws IOException, MalformedModelException, TranslateException {
        // README
        Model extractor = Model.newInstance("digits_extractor", "PyTorch");
        extractor.load(modelDirectory);

        CacheBlockDecorator cached =
                CacheBlockDecorator.builder()
                        .setModel(extractor)
                        .setDirectory(cacheDirectory)
                        .setModuleId("digits-extractor")
                        .build();

        Model model = Model.newInstance("classifier", "PyTorch");
        model.setBlock(
                new SequentialBlock().add(cached).add(Linear.builder().setUnits(10).build()));

        CachedDataset train = CachedDataset.withNamespace(trainImages, "train");
        CachedDataset validation = CachedDataset.withNamespace(validationImages, "validation");

        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(32, 1, 8, 8));
            EasyTrain.fit(trainer, 2, train, validation);
        }
        cached.close();
        // README
        model.close();
        extractor.close();
    }

    @Test
    void readmeCode_inTheReadme_isTheCodeOfThisTest() throws IOException {
        List<String> here = between(Files.readAllLines(THIS_FILE), "// README", "// README");
        List<String> there = between(Files.readAllLines(README), "```java", "```");
        assertThat(there).isNotEmpty().isEqualTo(here);
    }

    /** The lines between two marks, without their common indentation. */
    private static List<String> between(List<String> lines, String from, String to) {
        List<String> stripped = lines.stream().map(String::strip).toList();
        int start = stripped.indexOf(from) + 1;
        int end = start + stripped.subList(start, stripped.size()).indexOf(to);
        return lines.subList(start, end).stream()
                .map(line -> line.isBlank() ? "" : line.substring(indentation(lines.get(start))))
                .toList();
    }

    private static int indentation(String line) {
        return line.length() - line.stripLeading().length();
    }
}
