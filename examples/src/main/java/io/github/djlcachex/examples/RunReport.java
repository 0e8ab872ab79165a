package io.github.djlcachex.examples;

import java.util.List;

/**
 * What one run of training did.
 *
 * @param name the run
 * @param epochs its epochs
 */
record RunReport(String name, List<RunReport.Epoch> epochs) {

    /** One epoch: its time with validation, its cache, its results. */
    record Epoch(
            int fold,
            int epoch,
            double seconds,
            long hits,
            long misses,
            float trainLoss,
            float validationLoss,
            float validationAccuracy) {

        boolean sameLosses(Epoch other) {
            return Float.floatToRawIntBits(trainLoss) == Float.floatToRawIntBits(other.trainLoss)
                    && Float.floatToRawIntBits(validationLoss)
                            == Float.floatToRawIntBits(other.validationLoss);
        }
    }

    /** Whether all losses are equal, bit for bit. */
    boolean sameLosses(RunReport other) {
        boolean same = epochs.size() == other.epochs.size();
        for (int i = 0; same && i < epochs.size(); i++) {
            same = epochs.get(i).sameLosses(other.epochs.get(i));
        }
        return same;
    }

    long misses() {
        return epochs.stream().mapToLong(Epoch::misses).sum();
    }

    double seconds() {
        return epochs.stream().mapToDouble(Epoch::seconds).sum();
    }

    /** The accuracy after the last epoch. */
    float accuracy() {
        return epochs.get(epochs.size() - 1).validationAccuracy();
    }

    /** The mean over the folds of the accuracy after their last epoch. */
    double meanAccuracy() {
        int last = epochs.stream().mapToInt(Epoch::epoch).max().orElseThrow();
        return epochs.stream()
                .filter(epoch -> epoch.epoch() == last)
                .mapToDouble(Epoch::validationAccuracy)
                .average()
                .orElseThrow();
    }
}
