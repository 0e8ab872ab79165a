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

    float accuracy() {
        return epochs.get(epochs.size() - 1).validationAccuracy();
    }
}
