package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import java.util.ArrayList;
import java.util.List;

/** A linear head for the digits 5 to 9 on an extractor, and two ways to train it. */
final class Head implements AutoCloseable {

    static final int BATCH = 32;

    private final Model model;
    private final Shape batch;

    Head(Block extractor) {
        this(extractor, new Shape(BATCH, 1, 8, 8));
    }

    /** Creates the head on a block that takes batches of another shape than images. */
    Head(Block extractor, Shape batch) {
        this.batch = batch;
        model = Model.newInstance("head", "PyTorch");
        model.setBlock(
                new SequentialBlock().add(extractor).add(Linear.builder().setUnits(5).build()));
    }

    Model model() {
        return model;
    }

    private static TrainingConfig config() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .addEvaluator(new Accuracy())
                .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build())
                .addTrainingListeners(TrainingListener.Defaults.basic());
    }

    Trainer newTrainer() {
        Engine.getEngine("PyTorch").setRandomSeed(5);
        Trainer trainer = model.newTrainer(config());
        trainer.setMetrics(new Metrics());
        trainer.initialize(batch);
        return trainer;
    }

    /** Trains by EasyTrain and returns the evaluations of the last epoch, and the weights. */
    List<String> fit(int epochs, Dataset train, Dataset validation) throws Exception {
        try (Trainer trainer = newTrainer()) {
            EasyTrain.fit(trainer, epochs, train, validation);
            List<String> results = new ArrayList<>();
            trainer.getTrainingResult()
                    .getEvaluations()
                    .forEach((name, value) -> results.add(name + " " + Float.toHexString(value)));
            results.sort(null);
            results.addAll(weights());
            return results;
        }
    }

    /** Trains by hand and returns the loss of every batch, and the weights. */
    List<String> loop(int epochs, Dataset train, Dataset validation) throws Exception {
        List<String> results = new ArrayList<>();
        try (Trainer trainer = newTrainer()) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (Batch batch : trainer.iterateDataset(train)) {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDList predictions = trainer.forward(batch.getData());
                        NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), predictions);
                        collector.backward(loss);
                        results.add(Float.toHexString(loss.getFloat()));
                    }
                    trainer.step();
                    batch.close();
                }
                for (Batch batch : trainer.iterateDataset(validation)) {
                    NDList predictions = trainer.evaluate(batch.getData());
                    results.add(Bits.hex(predictions.head()));
                    batch.close();
                }
            }
            results.addAll(weights());
            return results;
        }
    }

    private List<String> weights() {
        List<String> weights = new ArrayList<>();
        for (var parameter : model.getBlock().getParameters()) {
            weights.add(parameter.getKey() + " " + Bits.hex(parameter.getValue().getArray()));
        }
        return weights;
    }

    @Override
    public void close() {
        model.close();
    }
}
