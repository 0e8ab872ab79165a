package io.github.djlcachex.djl;

/**
 * The least number of rows that the wrapped block is run on for a batch with ids.
 *
 * <p>A trainer's batches are padded, in evaluation too, so that losses with the cache are those
 * without it in every bit. A predictor's are not: a lone prediction would cost as much as many.
 */
final class MinRows {

    /** The least number for a trainer: kernels for fewer rows round differently. */
    static final int OF_A_TRAINER = 16;

    private final int set;

    /**
     * Creates the rule.
     *
     * @param set the number that the user set, or 0
     */
    MinRows(int set) {
        this.set = set;
    }

    int of(boolean ofTrainer) {
        if (set > 0) {
            return set;
        }
        return ofTrainer ? OF_A_TRAINER : 1;
    }
}
