package io.github.djlcachex.examples;

import ai.djl.training.Trainer;
import ai.djl.training.TrainingResult;
import ai.djl.training.listener.TrainingListenerAdapter;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.DecoratorStats;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A listener that keeps the figures of each epoch. Register it after DJL's own listeners. */
final class EpochRecorder extends TrainingListenerAdapter {

    private final CacheBlockDecorator cached;
    private final List<RunReport.Epoch> epochs = new ArrayList<>();
    private DecoratorStats before;
    private long startNanos;

    EpochRecorder(CacheBlockDecorator cached) {
        this.cached = cached;
        this.before = cached.stats();
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
        before = cached.stats();
        startNanos = System.nanoTime();
    }

    @Override
    public void onEpoch(Trainer trainer) {
        DecoratorStats now = cached.stats();
        TrainingResult result = trainer.getTrainingResult();
        epochs.add(
                new RunReport.Epoch(
                        (System.nanoTime() - startNanos) / 1e9,
                        now.hits() - before.hits(),
                        now.misses() - before.misses(),
                        Objects.requireNonNull(result.getTrainLoss()),
                        Objects.requireNonNull(result.getValidateLoss()),
                        Objects.requireNonNull(result.getValidateEvaluation("Accuracy"))));
        before = now;
        startNanos = System.nanoTime();
    }

    List<RunReport.Epoch> epochs() {
        return epochs;
    }
}
