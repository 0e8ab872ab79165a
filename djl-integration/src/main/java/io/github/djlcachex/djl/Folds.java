package io.github.djlcachex.djl;

import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;

/**
 * Folds is a dataset cut into k parts for cross-validation, in which each row keeps the id that it
 * has in the whole. So all folds share the cached rows.
 *
 * <pre>{@code
 * Folds folds = Folds.builder().setDataset(all).optSeed(7).optLabels(labels).folds(5);
 * for (int i = 0; i < folds.size(); i++) {
 *     EasyTrain.fit(newTrainer(), 10, folds.get(i).train(), folds.get(i).validation());
 * }
 * }</pre>
 *
 * <p>DJL's own parts of datasets forget which rows they hold; these are made by lists of indices
 * that are known here. The same dataset size, options and seed give the same folds in every process
 * and version. Safe for use by many threads if the dataset is.
 */
public final class Folds {

    private final RandomAccessDataset whole;
    private final CachedDataset dataset;
    private final int parts;
    private final List<Repetition> repetitions;

    /** One cut of the dataset. */
    static final class Repetition {

        private final int[] order;
        private final int[] partOf;

        /**
         * Creates a cut.
         *
         * @param order all rows, in the order in which the folds have them
         * @param partOf the part of each row
         */
        Repetition(int[] order, int[] partOf) {
            this.order = order;
            this.partOf = partOf;
        }

        int rows() {
            return order.length;
        }

        long[] rows(IntPredicate ofPart) {
            return Arrays.stream(order)
                    .filter(row -> ofPart.test(partOf[row]))
                    .asLongStream()
                    .toArray();
        }

        boolean isEmpty(int part) {
            return Arrays.stream(partOf).noneMatch(each -> each == part);
        }
    }

    Folds(
            RandomAccessDataset whole,
            CachedDataset dataset,
            int parts,
            List<Repetition> repetitions) {
        this.whole = whole;
        this.dataset = dataset;
        this.parts = parts;
        this.repetitions = List.copyOf(repetitions);
    }

    /** Fold is one round of cross-validation, or a split in two. */
    public static final class Fold {

        private final CachedDataset train;
        private final CachedDataset validation;
        private final long[] trainIndices;
        private final long[] validationIndices;

        Fold(
                CachedDataset train,
                CachedDataset validation,
                long[] trainIndices,
                long[] validationIndices) {
            this.train = train;
            this.validation = validation;
            this.trainIndices = trainIndices;
            this.validationIndices = validationIndices;
        }

        /**
         * Returns the rows of all parts but one.
         *
         * @return the dataset to train on
         */
        public CachedDataset train() {
            return train;
        }

        /**
         * Returns the rows of that part.
         *
         * @return the dataset to validate on
         */
        public CachedDataset validation() {
            return validation;
        }

        /**
         * Returns which rows of the whole dataset are trained on.
         *
         * @return their indices in the whole, in the order of {@link #train}; a copy
         */
        public long[] trainIndices() {
            return trainIndices.clone();
        }

        /**
         * Returns which rows of the whole dataset are validated on.
         *
         * @return their indices in the whole, in the order of {@link #validation}; a copy
         */
        public long[] validationIndices() {
            return validationIndices.clone();
        }
    }

    /** Split is a dataset cut in three. */
    public static final class Split {

        private final Fold fold;
        private final CachedDataset test;
        private final long[] testIndices;

        Split(Fold fold, CachedDataset test, long[] testIndices) {
            this.fold = fold;
            this.test = test;
            this.testIndices = testIndices;
        }

        /**
         * Returns the rows to train on.
         *
         * @return the dataset
         */
        public CachedDataset train() {
            return fold.train();
        }

        /**
         * Returns the rows to choose epochs and settings by.
         *
         * @return the dataset
         */
        public CachedDataset validation() {
            return fold.validation();
        }

        /**
         * Returns the rows that are looked at once, at the end.
         *
         * @return the dataset
         */
        public CachedDataset test() {
            return test;
        }

        /**
         * Returns which rows of the whole dataset are trained on.
         *
         * @return their indices in the whole, in the order of {@link #train}; a copy
         */
        public long[] trainIndices() {
            return fold.trainIndices();
        }

        /**
         * Returns which rows of the whole dataset are validated on.
         *
         * @return their indices in the whole, in the order of {@link #validation}; a copy
         */
        public long[] validationIndices() {
            return fold.validationIndices();
        }

        /**
         * Returns which rows of the whole dataset are tested on.
         *
         * @return their indices in the whole, in the order of {@link #test}; a copy
         */
        public long[] testIndices() {
            return testIndices.clone();
        }
    }

    /**
     * Returns a builder of folds and splits, which shuffles, stratifies, groups and repeats.
     *
     * @return the builder
     */
    public static FoldsBuilder builder() {
        return new FoldsBuilder();
    }

    /**
     * Cuts a dataset into k parts of consecutive rows.
     *
     * @param dataset a {@link RandomAccessDataset} with ids
     * @param k the number of parts, from 2 to the number of rows
     * @return the folds
     * @throws UnsupportedDatasetException if the dataset with the ids is no RandomAccessDataset
     * @throws InvalidOptionException if k is out of its limits
     * @throws IOException if the dataset cannot be prepared
     * @throws TranslateException if the dataset cannot be prepared
     */
    public static Folds of(CachedDataset dataset, int k) throws IOException, TranslateException {
        return builder().setDataset(dataset).folds(k);
    }

    /**
     * Cuts a dataset into k parts of rows that are shuffled first.
     *
     * @param dataset a {@link RandomAccessDataset} with ids
     * @param k the number of parts, from 2 to the number of rows
     * @param seed the seed; the same seed gives the same parts, in every process
     * @return the folds
     * @throws UnsupportedDatasetException if the dataset with the ids is no RandomAccessDataset
     * @throws InvalidOptionException if k is out of its limits
     * @throws IOException if the dataset cannot be prepared
     * @throws TranslateException if the dataset cannot be prepared
     */
    public static Folds of(CachedDataset dataset, int k, long seed)
            throws IOException, TranslateException {
        return builder().setDataset(dataset).optSeed(seed).folds(k);
    }

    /**
     * Returns the number of rounds: k, times the repetitions.
     *
     * @return the number of folds
     */
    public int size() {
        return parts * repetitions.size();
    }

    /**
     * Returns a round of cross-validation. Both datasets have the sampling of the whole one. The
     * rounds of one repetition follow each other.
     *
     * @param fold the number of the round, from 0
     * @return the datasets
     * @throws InvalidOptionException if there is no such fold
     */
    public Fold get(int fold) {
        if (fold < 0 || fold >= size()) {
            throw new InvalidOptionException(
                    Problem.of("fold", "0 to " + (size() - 1), fold + "", "there is no such fold"));
        }
        Repetition repetition = repetitions.get(fold / parts);
        int validated = fold % parts;
        return fold(
                repetition.rows(part -> part != validated),
                repetition.rows(part -> part == validated));
    }

    private Fold fold(long[] train, long[] validation) {
        return new Fold(part(train), part(validation), train, validation);
    }

    /** Returns the first part and the second one as a fold. */
    Fold asFold() {
        Repetition only = repetitions.get(0);
        return fold(only.rows(part -> part == 0), only.rows(part -> part == 1));
    }

    /** Returns the first three parts. */
    Split asSplit() {
        long[] test = repetitions.get(0).rows(part -> part == 2);
        return new Split(asFold(), part(test), test);
    }

    private CachedDataset part(long[] indices) {
        RandomAccessDataset part = whole.subDataset(LongStream.of(indices).boxed().toList());
        return dataset.part(part, indices);
    }
}
