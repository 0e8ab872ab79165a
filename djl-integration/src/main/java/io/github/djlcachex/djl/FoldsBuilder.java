package io.github.djlcachex.djl;

import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.djl.internal.dataset.RowParts;
import io.github.djlcachex.djl.internal.dataset.RowShuffle;
import io.github.djlcachex.djl.internal.dataset.RowValues;
import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * FoldsBuilder cuts a dataset into folds or into a split, by options that may be combined.
 *
 * <table>
 * <caption>The options, by the names that scikit-learn has for them</caption>
 * <tr><th>scikit-learn</th><th>here</th></tr>
 * <tr><td>{@code KFold(k)}</td><td>{@code folds(k)}</td></tr>
 * <tr><td>{@code shuffle=True, random_state=s}</td><td>{@code optSeed(s)}</td></tr>
 * <tr><td>{@code StratifiedKFold}</td><td>{@code optLabels(labels)}</td></tr>
 * <tr><td>{@code GroupKFold}</td><td>{@code optGroups(groups)}</td></tr>
 * <tr><td>{@code StratifiedGroupKFold}</td><td>both</td></tr>
 * <tr><td>{@code RepeatedKFold(n_repeats=r)}</td><td>{@code optRepetitions(r)}</td></tr>
 * <tr><td>{@code train_test_split}</td><td>{@code split(0.8, 0.2)}</td></tr>
 * </table>
 *
 * <p>With labels, each part has of every label its share of rows, up to one row. With groups, the
 * rows of a group are in one part, and parts are of about their size. With both, groups go where
 * they bring the labels of a part nearest to its share. With a seed the rows of a part are in
 * shuffled order, without one in their own.
 *
 * <p>Not safe for use by several threads.
 */
public final class FoldsBuilder {

    private static final long FRACTION = 1_000_000_000;
    private static final double TOLERANCE = 1e-6;

    private final GivenOptions given = new GivenOptions();
    private @Nullable CachedDataset dataset;
    private @Nullable Long seed;
    private @Nullable Values labels;
    private @Nullable Values groups;
    private int repetitions = 1;

    /**
     * The values that the caller gave.
     *
     * @param count how many, or -1 for a function
     */
    private record Values(long count, LongFunction<?> valueOf) {}

    FoldsBuilder() {}

    /**
     * Sets the dataset.
     *
     * @param dataset a {@link RandomAccessDataset} with ids
     * @return this builder
     */
    public FoldsBuilder setDataset(CachedDataset dataset) {
        this.dataset = given.once("dataset", dataset);
        return this;
    }

    /**
     * Shuffles the rows first. Without it, parts are of consecutive rows.
     *
     * @param seed the seed; the same seed gives the same parts, in every process and version
     * @return this builder
     */
    public FoldsBuilder optSeed(long seed) {
        this.seed = given.once("seed", seed);
        return this;
    }

    /**
     * Stratifies by labels.
     *
     * @param labels a label for each row, in the order of the dataset
     * @return this builder
     */
    public FoldsBuilder optLabels(long[] labels) {
        this.labels = once("labels", listOf("labels", labels));
        return this;
    }

    /**
     * Stratifies by labels.
     *
     * @param labels a label for each row, in the order of the dataset
     * @return this builder
     */
    public FoldsBuilder optLabels(int[] labels) {
        this.labels = once("labels", listOf("labels", labels));
        return this;
    }

    /**
     * Stratifies by labels.
     *
     * @param labels a label for each row, in the order of the dataset, compared by equals
     * @return this builder
     */
    public FoldsBuilder optLabels(List<?> labels) {
        this.labels = once("labels", labels);
        return this;
    }

    /**
     * Stratifies by labels.
     *
     * @param labelOfIndex the label of the row at an index from 0, compared by equals; asked once a
     *     row, by {@link #folds} and {@code split}
     * @return this builder
     */
    public FoldsBuilder optLabels(LongFunction<?> labelOfIndex) {
        this.labels = new Values(-1, given.once("labels", labelOfIndex));
        return this;
    }

    /**
     * Keeps the rows of a group in one part: a patient, an author, a document.
     *
     * @param groups the group of each row, in the order of the dataset
     * @return this builder
     */
    public FoldsBuilder optGroups(long[] groups) {
        this.groups = once("groups", listOf("groups", groups));
        return this;
    }

    /**
     * Keeps the rows of a group in one part: a patient, an author, a document.
     *
     * @param groups the group of each row, in the order of the dataset
     * @return this builder
     */
    public FoldsBuilder optGroups(int[] groups) {
        this.groups = once("groups", listOf("groups", groups));
        return this;
    }

    /**
     * Keeps the rows of a group in one part: a patient, an author, a document.
     *
     * @param groups the group of each row, in the order of the dataset, compared by equals
     * @return this builder
     */
    public FoldsBuilder optGroups(List<?> groups) {
        this.groups = once("groups", groups);
        return this;
    }

    /**
     * Keeps the rows of a group in one part: a patient, an author, a document.
     *
     * @param groupOfIndex the group of the row at an index from 0, compared by equals; asked once a
     *     row, by {@link #folds} and {@code split}
     * @return this builder
     */
    public FoldsBuilder optGroups(LongFunction<?> groupOfIndex) {
        this.groups = new Values(-1, given.once("groups", groupOfIndex));
        return this;
    }

    /**
     * Cuts the dataset several times, each time shuffled in another way; needs a seed. The first
     * repetition is what the seed gives alone. With groups, those whose sizes are between the same
     * powers of two change places, and no others.
     *
     * @param repetitions how often, 1 or more
     * @return this builder
     */
    public FoldsBuilder optRepetitions(int repetitions) {
        Options.check(repetitions >= 1, "repetitions", "1 or more", repetitions);
        this.repetitions = given.once("repetitions", repetitions);
        return this;
    }

    /**
     * Cuts the dataset into k parts, each of which is validated on once a repetition.
     *
     * <p>A label of fewer rows than parts is in some of them only, which one warning says; if all
     * labels are so rare, they are refused.
     *
     * @param k the number of parts, from 2 to the number of rows or groups
     * @return the folds
     * @throws UnsupportedDatasetException if the dataset with the ids is no RandomAccessDataset
     * @throws InvalidOptionException if k is out of its limits, labels or groups are not one for
     *     each row, every label has fewer rows than k, or repetitions have no seed
     * @throws IOException if the dataset cannot be prepared
     * @throws TranslateException if the dataset cannot be prepared
     */
    public Folds folds(int k) throws IOException, TranslateException {
        RandomAccessDataset whole = prepared();
        int rows = rowsOf(whole);
        Options.check(k >= 2 && k <= rows, "folds", "2 to " + rows + " (the rows)", k);
        Options.check(
                repetitions == 1 || seed != null,
                "repetitions",
                "1 without a seed, as all would be the same",
                repetitions);
        RowValues labelled = valuesOf("labels", labels, rows);
        FoldChecks.labels(labelled, k);
        return cut(whole, LongStream.generate(() -> 1).limit(k).toArray(), labelled, repetitions);
    }

    /**
     * Cuts the dataset in two.
     *
     * @param train the fraction of the rows to train on, more than 0
     * @param validation the fraction of the rows to validate on, more than 0
     * @return both datasets
     * @throws UnsupportedDatasetException if the dataset with the ids is no RandomAccessDataset
     * @throws InvalidOptionException if the fractions do not sum to 1, a dataset would be empty,
     *     labels or groups are not one for each row, a label has one row, or there are repetitions
     * @throws IOException if the dataset cannot be prepared
     * @throws TranslateException if the dataset cannot be prepared
     */
    public Folds.Fold split(double train, double validation)
            throws IOException, TranslateException {
        return split(new double[] {train, validation}).asFold();
    }

    /**
     * Cuts the dataset in three.
     *
     * @param train the fraction of the rows to train on, more than 0
     * @param validation the fraction of the rows to validate on, more than 0
     * @param test the fraction of the rows to test on, more than 0
     * @return the three datasets
     * @throws UnsupportedDatasetException if the dataset with the ids is no RandomAccessDataset
     * @throws InvalidOptionException if the fractions do not sum to 1, a dataset would be empty,
     *     labels or groups are not one for each row, a label has fewer than three rows, or there
     *     are repetitions
     * @throws IOException if the dataset cannot be prepared
     * @throws TranslateException if the dataset cannot be prepared
     */
    public Folds.Split split(double train, double validation, double test)
            throws IOException, TranslateException {
        return split(new double[] {train, validation, test}).asSplit();
    }

    private Folds split(double[] fractions) throws IOException, TranslateException {
        double sum = Arrays.stream(fractions).sum();
        Options.check(
                Math.abs(sum - 1) <= TOLERANCE && Arrays.stream(fractions).allMatch(f -> f > 0),
                "fractions",
                "numbers above 0 that sum to 1",
                Arrays.toString(fractions));
        Options.check(repetitions == 1, "repetitions", "1 for a split", repetitions);
        RandomAccessDataset whole = prepared();
        RowValues labelled = valuesOf("labels", labels, rowsOf(whole));
        FoldChecks.splitLabels(labelled, fractions.length);
        long[] weights =
                Arrays.stream(fractions).mapToLong(f -> Math.round(f * FRACTION)).toArray();
        return cut(whole, weights, labelled, 1);
    }

    private Folds cut(
            RandomAccessDataset whole, long[] weights, @Nullable RowValues labelled, int times) {
        int rows = rowsOf(whole);
        RowValues grouped = valuesOf("groups", groups, rows);
        FoldChecks.groups(grouped, weights.length);
        RowParts parts = new RowParts(rows, weights, labelled, grouped);
        RowShuffle shuffle = seed == null ? null : new RowShuffle(seed);
        List<Folds.Repetition> cuts = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int[] order = IntStream.range(0, rows).toArray();
            if (shuffle != null) {
                shuffle.shuffle(order);
            }
            Folds.Repetition cut = new Folds.Repetition(order, parts.of(order, shuffle == null));
            FoldChecks.parts(cut, weights);
            cuts.add(cut);
        }
        return new Folds(whole, Options.given("dataset", dataset), weights.length, cuts);
    }

    private RandomAccessDataset prepared() throws IOException, TranslateException {
        Dataset inner = Options.required(dataset, "dataset", "setDataset").dataset();
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

    private static int rowsOf(RandomAccessDataset whole) {
        long rows = whole.size();
        Options.check(rows < Integer.MAX_VALUE, "rows of a dataset to fold", "below 2^31", rows);
        return (int) rows;
    }

    private Values once(String option, List<?> values) {
        List<?> listed = given.once(option, values);
        return new Values(listed.size(), row -> listed.get((int) row));
    }

    private static List<Long> listOf(String option, long @Nullable [] values) {
        return Arrays.stream(Options.given(option, values)).boxed().toList();
    }

    private static List<Long> listOf(String option, int @Nullable [] values) {
        return Arrays.stream(Options.given(option, values)).asLongStream().boxed().toList();
    }

    private static @Nullable RowValues valuesOf(String subject, @Nullable Values values, int rows) {
        if (values == null) {
            return null;
        }
        if (values.count() >= 0 && values.count() != rows) {
            throw new InvalidOptionException(
                    Problem.of(
                            subject,
                            "one for each of the " + rows + " rows",
                            values.count() + "",
                            "list them in the order of the dataset"));
        }
        return RowValues.of(subject, rows, values.valueOf());
    }
}
