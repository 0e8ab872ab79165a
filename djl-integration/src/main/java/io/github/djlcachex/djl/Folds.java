package io.github.djlcachex.djl;

import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A dataset cut into k parts for cross-validation, in which each row keeps the id that it has in
 * the whole. So all folds share the cached rows.
 *
 * <p>DJL's own parts of datasets forget which rows they hold; these are made by lists of indices
 * that are known here.
 */
public final class Folds {

    private final RandomAccessDataset whole;
    private final CachedDataset dataset;
    private final List<long[]> parts;

    private Folds(RandomAccessDataset whole, CachedDataset dataset, List<long[]> parts) {
        this.whole = whole;
        this.dataset = dataset;
        this.parts = parts;
    }

    /** Fold is one round of cross-validation. */
    public static final class Fold {

        private final CachedDataset train;
        private final CachedDataset validation;

        Fold(CachedDataset train, CachedDataset validation) {
            this.train = train;
            this.validation = validation;
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
        RandomAccessDataset whole = rowsOf(dataset);
        return of(dataset, whole, k, indicesOf(whole));
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
        RandomAccessDataset whole = rowsOf(dataset);
        List<Long> indices = indicesOf(whole);
        Collections.shuffle(indices, new Random(seed));
        return of(dataset, whole, k, indices);
    }

    private static Folds of(
            CachedDataset dataset, RandomAccessDataset whole, int k, List<Long> indices) {
        if (k < 2 || k > indices.size()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "folds", "2 to " + indices.size() + " (the rows)", k + "", "change k"));
        }
        List<long[]> parts = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            int from = (int) ((long) indices.size() * i / k);
            int to = (int) ((long) indices.size() * (i + 1) / k);
            parts.add(indices.subList(from, to).stream().mapToLong(Long::longValue).toArray());
        }
        return new Folds(whole, dataset, parts);
    }

    private static RandomAccessDataset rowsOf(CachedDataset dataset)
            throws IOException, TranslateException {
        Dataset inner = Options.given("dataset", dataset).dataset();
        if (!(inner instanceof RandomAccessDataset rows)) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "dataset to fold",
                            "a RandomAccessDataset with ids",
                            inner.getClass().getName(),
                            "split the data itself, and give each part its ids"));
        }
        inner.prepare();
        return rows;
    }

    private static List<Long> indicesOf(RandomAccessDataset whole) {
        return LongStream.range(0, whole.size())
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /**
     * Returns the number of folds.
     *
     * @return k
     */
    public int size() {
        return parts.size();
    }

    /**
     * Returns a round of cross-validation. Both datasets have the sampling of the whole one.
     *
     * @param fold the number of the part to validate on, from 0
     * @return the datasets
     * @throws InvalidOptionException if there is no such fold
     */
    public Fold get(int fold) {
        if (fold < 0 || fold >= parts.size()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "fold",
                            "0 to " + (parts.size() - 1),
                            fold + "",
                            "there is no such fold"));
        }
        LongStream train = LongStream.empty();
        for (int i = 0; i < parts.size(); i++) {
            train = i == fold ? train : LongStream.concat(train, Arrays.stream(parts.get(i)));
        }
        return new Fold(part(train.toArray()), part(parts.get(fold)));
    }

    private CachedDataset part(long[] indices) {
        RandomAccessDataset part = whole.subDataset(Arrays.stream(indices).boxed().toList());
        return dataset.part(part, indices);
    }
}
