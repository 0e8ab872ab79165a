package io.github.djlcachex.examples;

import ai.djl.Model;
import ai.djl.engine.Engine;
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
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.RandomUtils;

import com.google.gson.Gson;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.Folds;
import io.github.djlcachex.djl.Pooling;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One run of {@link SnippetsTransfer}: a head for good and bad reviews, cross-validated in five
 * folds on the embeddings of a frozen MiniLM.
 *
 * <p>Arguments: the run's name, {@code on} or {@code off} for the cache, the cache directory, the
 * number of snippets, the file for the report.
 */
final class SnippetsRun {

    private static final String ENGINE = "PyTorch";
    private static final int SEED = 42;
    private static final int FOLDS = 5;
    private static final int EPOCHS = 3;
    private static final int BATCH_SIZE = 24;
    private static final int HIDDEN_UNITS = 64;
    private static final float LEARNING_RATE = 0.01f;

    private SnippetsRun() {}

    public static void main(String[] args) throws Exception {
        Path cacheDirectory = Path.of(args[2]);
        try (MiniLm text = MiniLm.load(cacheDirectory.resolveSibling("minilm"));
                CacheBlockDecorator cached =
                        CacheBlockDecorator.builder()
                                .setModel(text.model())
                                .setDirectory(cacheDirectory)
                                .setModuleId("minilm")
                                .optOutput(Pooling.meanByMask(1).andThen(Pooling.l2Normalization()))
                                .build();
                NDManager manager = NDManager.newBaseManager(ENGINE)) {
            cached.setEnabled(args[1].equals("on"));
            Snippets snippets = Snippets.read(Integer.parseInt(args[3]));
            Folds folds = Folds.of(dataset(snippets, text, manager), FOLDS);
            EpochRecorder recorder = new EpochRecorder(cached, args[0]);
            for (int fold = 0; fold < FOLDS; fold++) {
                recorder.beginFold(fold + 1);
                train(folds.get(fold), cached, recorder);
            }
            RunReport report = new RunReport(args[0], recorder.epochs());
            Files.writeString(Path.of(args[4]), new Gson().toJson(report));
        }
    }

    private static CachedDataset dataset(Snippets snippets, MiniLm text, NDManager manager)
            throws Exception {
        ArrayDataset dataset =
                new ArrayDataset.Builder()
                        .setData(text.tokens(manager, snippets.texts()).toArray(new NDArray[0]))
                        .optLabels(
                                manager.create(
                                        snippets.labels().stream()
                                                .mapToInt(Integer::intValue)
                                                .toArray()))
                        .setSampling(BATCH_SIZE, true)
                        .build();
        return CachedDataset.withIds(dataset, snippets.ids());
    }

    private static void train(Folds.Fold fold, CacheBlockDecorator cached, EpochRecorder recorder)
            throws Exception {
        Engine.getEngine(ENGINE).setRandomSeed(SEED);
        RandomUtils.RANDOM.setSeed(SEED);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .addEvaluator(new Accuracy())
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(LEARNING_RATE))
                                        .build())
                        .addTrainingListeners(new EvaluatorTrainingListener(), recorder);
        try (Model model = Model.newInstance("reviews", ENGINE)) {
            model.setBlock(
                    new SequentialBlock()
                            .add(cached)
                            .add(Linear.builder().setUnits(HIDDEN_UNITS).build())
                            .add(Activation::relu)
                            .add(Linear.builder().setUnits(2).build()));
            try (Trainer trainer = model.newTrainer(config)) {
                Shape tokens = new Shape(BATCH_SIZE, MiniLm.TOKENS);
                trainer.initialize(tokens, tokens, tokens);
                EasyTrain.fit(trainer, EPOCHS, fold.train(), fold.validation());
            }
        }
    }
}
