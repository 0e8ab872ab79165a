package io.github.djlcachex.examples;

import ai.djl.training.Trainer;
import ai.djl.training.TrainingResult;
import ai.djl.training.listener.TrainingListenerAdapter;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.DecoratorStats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A listener that keeps the figures of each epoch, and prints them as they come. Register it after
 * {@code EvaluatorTrainingListener}, which computes them.
 */
final class EpochRecorder extends TrainingListenerAdapter {

    private final CacheBlockDecorator cached;
    private final String run;
    private final List<RunReport.Epoch> epochs = new ArrayList<>();
    private int fold = 1;
    private int epochsOfFold;
    private DecoratorStats before;
    private long startNanos;

    EpochRecorder(CacheBlockDecorator cached, String run) {
        this.cached = cached;
        this.run = run;
        this.before = cached.stats();
    }

    /** Counts epochs from one again. */
    void beginFold(int number) {
        fold = number;
        epochsOfFold = 0;
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
        epochsOfFold++;
        RunReport.Epoch epoch =
                new RunReport.Epoch(
                        fold,
                        epochsOfFold,
                        (System.nanoTime() - startNanos) / 1e9,
                        now.hits() - before.hits(),
                        now.misses() - before.misses(),
                        Objects.requireNonNull(result.getTrainLoss()),
                        Objects.requireNonNull(result.getValidateLoss()),
                        Objects.requireNonNull(result.getValidateEvaluation("Accuracy")));
        epochs.add(epoch);
        System.out.printf(
                Locale.ROOT,
                "%s: fold %d, epoch %d: %.3f s, %d hits, %d misses%n",
                run,
                fold,
                epochsOfFold,
                epoch.seconds(),
                epoch.hits(),
                epoch.misses());
        before = now;
        startNanos = System.nanoTime();
    }

    List<RunReport.Epoch> epochs() {
        return epochs;
    }
}
