package io.github.djlcachex.djl;

/**
 * The minimum number of rows on which the wrapped block runs for a batch with ids.
 *
 * <p>Batches of a trainer are padded, in evaluation too, so that losses with and without the cache
 * are equal bit for bit. Batches of a predictor are not, since a single prediction would cost as
 * much as many.
 */
final class MinRows {

    /** The minimum for a trainer, since kernels for fewer rows round differently. */
    static final int OF_A_TRAINER = 16;

    private final int set;

    /**
     * Creates the minimum.
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
