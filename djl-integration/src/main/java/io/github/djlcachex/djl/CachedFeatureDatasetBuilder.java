package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.dataset.DuplicateIds;
import io.github.djlcachex.djl.internal.ids.GivenIds;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The options of a {@link CachedFeatureDataset}: where the rows are, which they are, and their
 * labels, beside the options of every DJL dataset.
 *
 * <p>Either a cache or a decorator is set, and either ids or a dataset that has ids. Every setter
 * declared here throws {@link InvalidOptionException} for null, and for a second call with another
 * value. Not safe for use by several threads at once.
 */
public final class CachedFeatureDatasetBuilder
        extends RandomAccessDataset.BaseBuilder<CachedFeatureDatasetBuilder> {

    private final GivenOptions given = new GivenOptions();
    private @Nullable FeatureCache cache;
    private @Nullable CacheBlockDecorator decorator;
    private @Nullable Keys keys;
    private @Nullable CachedDataset inputs;
    private @Nullable RowLabels labels;
    private @Nullable Number padding;
    int prefetched;

    CachedFeatureDatasetBuilder() {}

    @Override
    protected CachedFeatureDatasetBuilder self() {
        return this;
    }

    /**
     * Sets the cache that has the rows. It stays the caller's to close. What is missing in it is
     * refused.
     *
     * @param cache the cache
     * @return this builder
     */
    public CachedFeatureDatasetBuilder setCache(FeatureCache cache) {
        this.cache = given.once("cache", cache);
        return this;
    }

    /**
     * Sets a decorator, whose cache has the rows. Together with {@link #setDataset} what is missing
     * is computed through it, once, by {@code prepare}.
     *
     * @param decorator the decorator
     * @return this builder
     */
    public CachedFeatureDatasetBuilder setDecorator(CacheBlockDecorator decorator) {
        this.decorator = given.once("decorator", decorator);
        return this;
    }

    /**
     * Sets the ids of the rows.
     *
     * @param ids an id for each row
     * @return this builder
     * @throws InvalidIdsException if two rows have one id
     */
    public CachedFeatureDatasetBuilder setIds(long... ids) {
        DatasetChecks.distinct(DuplicateIds.among(Options.given("ids", ids)));
        this.keys = given.once("ids", (Keys) GivenIds.of(ids));
        return this;
    }

    /**
     * Sets the ids of the rows.
     *
     * @param ids an id for each row
     * @return this builder
     * @throws InvalidIdsException if an id is null, or two rows have one id
     */
    public CachedFeatureDatasetBuilder setIds(List<String> ids) {
        DatasetChecks.distinct(
                DuplicateIds.among(GivenIds.checkedTexts(Options.given("ids", ids))));
        this.keys = given.once("ids", (Keys) GivenIds.of(ids));
        return this;
    }

    /**
     * Sets the dataset of the inputs, which gives the ids of its rows. Its inputs are loaded for
     * rows that are missing alone, and its labels never.
     *
     * @param inputs a dataset of DJL's {@code RandomAccessDataset} with ids
     * @return this builder
     */
    public CachedFeatureDatasetBuilder setDataset(CachedDataset inputs) {
        this.inputs = given.once("dataset", inputs);
        return this;
    }

    /**
     * Sets integer labels: an INT64 array of shape {@code (N)} in each batch.
     *
     * @param labels a label for each row, in the order of the ids
     * @return this builder
     */
    public CachedFeatureDatasetBuilder optLabels(long... labels) {
        return labelled(RowLabels.of(Options.given("labels", labels).clone()));
    }

    /**
     * Sets integer labels: an INT32 array of shape {@code (N)} in each batch.
     *
     * @param labels a label for each row, in the order of the ids
     * @return this builder
     */
    public CachedFeatureDatasetBuilder optLabels(int... labels) {
        return labelled(RowLabels.of(Options.given("labels", labels).clone()));
    }

    /**
     * Sets labels of a regression: a FLOAT32 array of shape {@code (N)} in each batch.
     *
     * @param labels a label for each row, in the order of the ids
     * @return this builder
     */
    public CachedFeatureDatasetBuilder optLabels(float... labels) {
        return labelled(RowLabels.of(Options.given("labels", labels).clone()));
    }

    /**
     * Sets labels that are arrays, of which each batch has the rows.
     *
     * @param labels arrays whose first dimension is the rows, in the order of the ids; the caller
     *     keeps them open
     * @return this builder
     */
    public CachedFeatureDatasetBuilder optLabels(NDArray... labels) {
        return labelled(RowLabels.of(given.once("label arrays", labels)));
    }

    /**
     * Sets a function that gives the labels.
     *
     * @param labels the function of the index
     * @return this builder
     */
    public CachedFeatureDatasetBuilder optLabels(LabelFunction labels) {
        return labelled(RowLabels.of(Options.given("labels", labels)));
    }

    private CachedFeatureDatasetBuilder labelled(RowLabels labels) {
        this.labels = given.once("labels", labels);
        return this;
    }

    /**
     * Sets what pads the rows of a batch to its longest one, if rows of the cache differ in length.
     * Without it such rows are refused, unless they are of a decorator that declares what pads
     * them.
     *
     * @param value the value of the padding, which the type of each such column must have
     * @return this builder
     */
    public CachedFeatureDatasetBuilder optPadding(Number value) {
        this.padding = given.once("padding", value);
        return this;
    }

    /**
     * Reads the next batches while a batch trains, by one thread of the dataset's own. That pays
     * where rows come from a slow disk. A failure is that of the batch, when it is asked for. Where
     * a trainer has an executor for its datasets, that is used instead.
     *
     * @param batches how many batches are read ahead, and kept in memory; by default none
     * @return this builder
     * @throws InvalidOptionException if it is under 1
     */
    public CachedFeatureDatasetBuilder optPrefetch(int batches) {
        Options.check(batches >= 1, "prefetch", "1 or more", batches);
        this.prefetched = given.once("prefetch", batches);
        return this;
    }

    /**
     * Builds the dataset. If the ids come from a dataset, it is prepared now.
     *
     * @return the dataset
     * @throws InvalidOptionException if there is not either a cache or a decorator, or not either
     *     ids or a dataset; or if the labels are not one for each row
     * @throws UnsupportedDatasetException if the dataset is no {@code RandomAccessDataset}
     * @throws CacheIoException if the dataset cannot be prepared
     */
    public CachedFeatureDataset build() {
        Options.check(
                (cache == null) != (decorator == null),
                "cache",
                "either setCache or setDecorator",
                cache == null ? "neither" : "both");
        Options.check(
                (keys == null) != (inputs == null),
                "ids",
                "either setIds or setDataset",
                keys == null ? "neither" : "both");
        Options.required(sampler, "sampler", "setSampling");
        FeatureRows rows = rows();
        RowLabels given = labels == null ? RowLabels.none() : labels;
        given.checkSize(rows.size());
        return new CachedFeatureDataset(this, rows, given);
    }

    private FeatureRows rows() {
        Keys all = inputs == null ? Options.required(keys, "ids", "setIds") : keysOf(inputs);
        MissingRows computer =
                inputs == null || decorator == null
                        ? null
                        : new MissingRows(decorator, inputs.rows());
        long[] indices = LongStream.range(0, all.size()).toArray();
        return new FeatureRows(source(), all, computer, indices, padding());
    }

    private OutputPadding padding() {
        if (padding != null) {
            return OutputPadding.ofAll(padding, false);
        }
        return decorator == null ? OutputPadding.NONE : decorator.padding();
    }

    private Supplier<FeatureCache> source() {
        CacheBlockDecorator decorated = decorator;
        if (decorated != null) {
            return decorated::cache;
        }
        FeatureCache open = Options.required(cache, "cache", "setCache");
        return () -> open;
    }

    private static Keys keysOf(CachedDataset inputs) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return inputs.keys(manager);
        } catch (IOException | TranslateException e) {
            throw new CacheIoException(
                    Problem.of(
                            "dataset of the inputs",
                            "one that can be prepared",
                            e.toString(),
                            "check the dataset",
                            e));
        }
    }
}
