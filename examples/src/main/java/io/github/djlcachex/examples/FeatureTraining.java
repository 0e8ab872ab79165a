package io.github.djlcachex.examples;

import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.CachedFeatureDataset;
import io.github.djlcachex.djl.Pooling;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * A head for good and bad film reviews, trained on the cached rows of a text encoder: the encoder
 * runs once for each snippet, before the first epoch, and the head's network does not have it.
 */
public final class FeatureTraining {

    private static final String ENGINE = "PyTorch";
    private static final int EPOCHS = 5;
    private static final int BATCH_SIZE = 24;
    private static final int VALIDATION_SHARE = 4;

    private FeatureTraining() {}

    /**
     * Trains the head, and prints what was computed and how good the head is.
     *
     * @param args the directory of the cache, and the number of snippets
     * @throws Exception if the model cannot be loaded, or a file cannot be read
     */
    public static void main(String[] args) throws Exception {
        System.out.print(train(Path.of(args[0]), Integer.parseInt(args[1])));
    }

    static String train(Path directory, int count) throws Exception {
        Snippets snippets = Snippets.read(count);
        try (MiniLm text = MiniLm.load(directory.resolve("minilm"));
                CacheBlockDecorator cached =
                        CacheBlockDecorator.builder()
                                .setModel(text.model())
                                .setDirectory(directory.resolve("cache"))
                                .setModuleId("minilm")
                                .optOutput(Pooling.meanByMask(1))
                                .build();
                NDManager manager = NDManager.newBaseManager(ENGINE)) {
            ArrayDataset tokens =
                    new ArrayDataset.Builder()
                            .setData(text.tokens(manager, snippets.texts()).toArray(new NDArray[0]))
                            .setSampling(BATCH_SIZE, false)
                            .build();
            CachedFeatureDataset features =
                    CachedFeatureDataset.builder()
                            .setDecorator(cached)
                            .setDataset(CachedDataset.withIds(tokens, snippets.ids()))
                            .optLabels(snippets.labels().stream().mapToInt(i -> i).toArray())
                            .setSampling(BATCH_SIZE, true)
                            .build();
            features.prepare();
            return String.format(
                    Locale.ROOT,
                    "computed %d of %d rows, validation accuracy %.2f%n",
                    cached.stats().computedRows(),
                    features.size(),
                    accuracy(features));
        }
    }

    private static float accuracy(CachedFeatureDataset features) throws Exception {
        List<long[]> parts = List.of(rows(features, false), rows(features, true));
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .addEvaluator(new Accuracy())
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.003f))
                                        .build())
                        .addTrainingListeners(TrainingListener.Defaults.basic());
        try (Model model = Model.newInstance("reviews", ENGINE)) {
            model.setBlock(
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(64).build())
                            .add(Activation::relu)
                            .add(Linear.builder().setUnits(2).build()));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.setMetrics(new Metrics());
                trainer.initialize(new Shape(BATCH_SIZE, MiniLm.FEATURES));
                EasyTrain.fit(
                        trainer, EPOCHS, features.part(parts.get(0)), features.part(parts.get(1)));
                return trainer.getTrainingResult().getValidateEvaluation("Accuracy");
            }
        }
    }

    /** Every fourth row validates. */
    private static long[] rows(CachedFeatureDataset features, boolean validation) {
        return LongStream.range(0, features.size())
                .filter(row -> (row % VALIDATION_SHARE == 0) == validation)
                .toArray();
    }
}
