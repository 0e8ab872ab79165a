package io.github.djlcachex.benchmark;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** A linear head on frozen features, or on a block that gives them, and its dataset. */
final class Training implements AutoCloseable {

    static final String ENGINE = "PyTorch";

    static final int LABELS = 10;
    private static final double NANOS_PER_MS = 1e6;

    private final Model model;
    private final Trainer trainer;
    private final Dataset dataset;

    /** A head behind a block, or alone if that is null. */
    Training(@Nullable Block block, Dataset dataset, Shape batch) {
        this.dataset = dataset;
        model = Model.newInstance("head", ENGINE);
        SequentialBlock network = new SequentialBlock();
        if (block != null) {
            network.add(block);
        }
        model.setBlock(network.add(Linear.builder().setUnits(LABELS).build()));
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(
                                Optimizer.sgd()
                                        .setLearningRateTracker(Tracker.fixed(0.001f))
                                        .build());
        trainer = model.newTrainer(config);
        trainer.initialize(batch);
    }

    /** The rows in memory, shuffled, with random labels. */
    static ArrayDataset dataset(NDArray data, int batchRows) {
        long rows = data.getShape().get(0);
        NDArray labels =
                data.getManager().randomInteger(0, LABELS, new Shape(rows), DataType.INT64);
        return new ArrayDataset.Builder()
                .setData(data)
                .optLabels(labels)
                .setSampling(batchRows, true)
                .build();
    }

    /** Trains one epoch, and returns its time in milliseconds. */
    double epochMs() throws IOException, TranslateException {
        long startNanos = System.nanoTime();
        for (Batch batch : trainer.iterateDataset(dataset)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            batch.close();
        }
        return (System.nanoTime() - startNanos) / NANOS_PER_MS;
    }

    /** Tells a listener that an epoch is over, and returns its time in milliseconds. */
    double reportMs(TrainingListener listener) {
        long startNanos = System.nanoTime();
        listener.onEpoch(trainer);
        return (System.nanoTime() - startNanos) / NANOS_PER_MS;
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
