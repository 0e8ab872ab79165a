package io.github.djlcachex.examples;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;

import com.google.gson.Gson;

import io.github.djlcachex.djl.CacheBlockDecorator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * One run: a head for the digits 5 to 9, trained on a frozen extractor that only saw 0 to 4.
 *
 * <p>Arguments: the run's name, {@code on} or {@code off} for the cache, the cache directory, the
 * file for the report.
 */
final class TransferRun {

    private static final String ENGINE = "PyTorch";
    private static final int SEED = 42;
    private static final int EPOCHS = 20;
    private static final int BATCH_SIZE = 32;
    private static final int FIRST_LABEL = 5;
    private static final int LABELS = 5;

    /** Every fourth image validates: 224 of 896, 7 batches of 32; the other 672 fill 21. */
    private static final int VALIDATION_SHARE = 4;

    private TransferRun() {}

    public static void main(String[] args) throws Exception {
        Path cacheDirectory = Path.of(args[2]);
        RunReport report = run(args[0], args[1].equals("on"), cacheDirectory);
        Files.writeString(Path.of(args[3]), new Gson().toJson(report));
    }

    private static RunReport run(String name, boolean cacheOn, Path cacheDirectory)
            throws IOException, MalformedModelException, TranslateException {
        Engine.getEngine(ENGINE).setRandomSeed(SEED);
        try (Model extractor = loadExtractor();
                CacheBlockDecorator cached =
                        CacheBlockDecorator.builder()
                                .setBlock(extractor.getBlock())
                                .setDirectory(cacheDirectory)
                                .setModuleId("digits-extractor")
                                .build();
                Model model = Model.newInstance("digits-5-to-9", ENGINE)) {
            cached.setEnabled(cacheOn);
            model.setBlock(
                    new SequentialBlock()
                            .add(cached)
                            .add(Linear.builder().setUnits(64).build())
                            .add(Activation::relu)
                            .add(Linear.builder().setUnits(LABELS).build()));
            return new RunReport(name, train(name, model, cached));
        }
    }

    static Model loadExtractor() throws IOException, MalformedModelException {
        Model model = Model.newInstance("digits_extractor", ENGINE);
        try (InputStream file =
                Objects.requireNonNull(
                        TransferRun.class.getResourceAsStream("/digits_extractor.pt"))) {
            model.load(file);
        }
        return model;
    }

    private static List<RunReport.Epoch> train(String name, Model model, CacheBlockDecorator cached)
            throws IOException, TranslateException {
        Digits digits = Digits.read(FIRST_LABEL);
        EpochRecorder recorder = new EpochRecorder(cached, name);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .addEvaluator(new Accuracy())
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.003f))
                                        .build())
                        .addTrainingListeners(new EvaluatorTrainingListener(), recorder);
        try (NDManager manager = NDManager.newBaseManager(ENGINE);
                Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(BATCH_SIZE, 1, 8, 8));
            EasyTrain.fit(
                    trainer,
                    EPOCHS,
                    digits.at(position -> position % VALIDATION_SHARE != 0)
                            .dataset(manager, BATCH_SIZE, FIRST_LABEL, true),
                    digits.at(position -> position % VALIDATION_SHARE == 0)
                            .dataset(manager, BATCH_SIZE, FIRST_LABEL, false));
        }
        return recorder.epochs();
    }
}
