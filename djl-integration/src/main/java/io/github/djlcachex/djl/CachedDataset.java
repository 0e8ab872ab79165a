package io.github.djlcachex.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorOptions;
import ai.djl.util.Progress;

import io.github.djlcachex.djl.internal.dataset.ContentIds;
import io.github.djlcachex.djl.internal.dataset.DatasetOrigin;
import io.github.djlcachex.djl.internal.dataset.DuplicateIds;
import io.github.djlcachex.djl.internal.dataset.FileIds;
import io.github.djlcachex.djl.internal.dataset.RowIds;
import io.github.djlcachex.djl.internal.dataset.SubDatasets;
import io.github.djlcachex.djl.internal.ids.GivenIds;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/**
 * A CachedDataset is a dataset whose batches carry an id for each row, as an extra array of their
 * data.
 *
 * <pre>{@code
 * CachedDataset train = CachedDataset.withNamespace(images, "train");
 * CachedDataset validation = CachedDataset.withNamespace(otherImages, "validation");
 * EasyTrain.fit(trainer, 2, train, validation);
 * }</pre>
 *
 * <p>The ids come from the indices of the rows, which stay with them under shuffling and prefetch
 * threads. There are no default ids: the indices of training and validation data both start at 0,
 * so they must not be used as they are. Give every dataset that meets in one module its own
 * namespace, or ids that are unique over all of them.
 *
 * <p>The row behind an id must not change from epoch to epoch: a pipeline of random augmentations
 * is frozen at its first outcome. At the first use a few rows are read, twice and through the
 * pipeline, and randomness that shows is named in one warning. These looks never fail training.
 *
 * <p>The end of an iteration has the rows written that decorators computed meanwhile, without
 * waiting: a run that is killed later keeps them.
 *
 * <p>A part of a dataset (made by {@code subDataset} or {@code randomSplit}) does not tell which
 * rows it holds. It takes listed ids only, in the order of its rows; {@link Folds} makes parts that
 * keep the ids of the whole.
 */
public final class CachedDataset implements Dataset {

    private final Dataset dataset;
    private final RowIds ids;
    private final DatasetOrigin origin;
    private final DatasetOptions options;
    private final AtomicInteger epochs = new AtomicInteger();
    private volatile boolean checked;

    private CachedDataset(Dataset dataset, RowIds ids) {
        this(dataset, ids, new DatasetOrigin(dataset, ids, null), DatasetOptions.NONE);
    }

    private CachedDataset(
            Dataset dataset, RowIds ids, DatasetOrigin origin, DatasetOptions options) {
        this.dataset = DatasetChecks.withoutIds(dataset);
        this.ids = ids;
        this.origin = origin;
        this.options = options;
        SubDatasets.checkIds(dataset, ids);
    }

    /**
     * Returns a dataset with listed integer ids.
     *
     * @param dataset the dataset of N rows
     * @param ids N ids; the id at position {@code i} belongs to the row of index {@code i}
     * @return the dataset with ids
     * @throws InvalidIdsException if two rows have one id
     * @throws UnsupportedDatasetException if the dataset has ids already
     */
    public static CachedDataset withIds(Dataset dataset, long... ids) {
        DatasetChecks.distinct(DuplicateIds.among(GivenIds.checked("ids", ids)));
        return withRepeatedIds(dataset, ids);
    }

    /**
     * Returns a dataset with listed string ids.
     *
     * @param dataset the dataset of N rows
     * @param ids N ids; the id at position {@code i} belongs to the row of index {@code i}
     * @return the dataset with ids
     * @throws InvalidIdsException if an id is null, or two rows have one id
     * @throws UnsupportedDatasetException if the dataset has ids already
     */
    public static CachedDataset withIds(Dataset dataset, List<String> ids) {
        DatasetChecks.distinct(DuplicateIds.among(GivenIds.checkedTexts(ids)));
        return withRepeatedIds(dataset, ids);
    }

    /**
     * Returns a dataset with listed integer ids, of which several rows may have one: the same
     * sample, for instance in data that repeats the rows of a rare class.
     *
     * @param dataset the dataset of N rows
     * @param ids N ids; rows with one id get one row of features
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already
     */
    public static CachedDataset withRepeatedIds(Dataset dataset, long... ids) {
        return new CachedDataset(dataset, RowIds.of(GivenIds.checked("ids", ids)));
    }

    /**
     * Returns a dataset with listed string ids, of which several rows may have one.
     *
     * @param dataset the dataset of N rows
     * @param ids N ids; rows with one id get one row of features
     * @return the dataset with ids
     * @throws InvalidIdsException if an id is null
     * @throws UnsupportedDatasetException if the dataset has ids already
     */
    public static CachedDataset withRepeatedIds(Dataset dataset, List<String> ids) {
        return new CachedDataset(dataset, RowIds.of(GivenIds.checkedTexts(ids)));
    }

    /**
     * Returns a dataset whose integer ids are a function of the index.
     *
     * <p>At the first use the function is asked for the first million indices, or for as many as
     * take a second, and one warning tells if rows share an id.
     *
     * @param dataset the dataset, not a part of another one
     * @param idOfIndex the id of the row at an index from 0; called on the thread that iterates
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already or is a part of another
     */
    public static CachedDataset withLongIds(Dataset dataset, LongUnaryOperator idOfIndex) {
        return new CachedDataset(
                dataset, RowIds.ofLongs(GivenIds.checked("function of ids", idOfIndex)));
    }

    /**
     * Returns a dataset whose string ids are a function of the index, checked as that of {@link
     * #withLongIds}.
     *
     * @param dataset the dataset, not a part of another one
     * @param idOfIndex the id of the row at an index from 0; called on the thread that iterates
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already or is a part of another
     */
    public static CachedDataset withStringIds(Dataset dataset, LongFunction<String> idOfIndex) {
        return new CachedDataset(
                dataset, RowIds.ofStrings(GivenIds.checked("function of ids", idOfIndex)));
    }

    /**
     * Returns a dataset whose ids are a namespace, a colon and the index.
     *
     * <p>For data whose rows keep their indices. One file more in a folder shifts the indices of
     * those behind it, and cached rows are then those of other samples: {@link #withFileIds} and
     * {@link #withContentIds} give ids that stay. The number of rows and the contents of 16 of them
     * are therefore kept beside the cached rows, read at the first use, and compared by the next
     * run: a warning says what changed. Rows that were added at the end are no reason for one. An
     * insertion or a removal is seen, unless the last row equals its neighbour; a row that was
     * replaced, or rows that changed places, only where a sampled one is among them. A dataset
     * whose rows cannot be read one by one is not compared. Nor are labels.
     *
     * @param dataset the dataset, not a part of another one
     * @param namespace the name of the data; another one for each dataset of a module
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already or is a part of another
     * @throws io.github.djlcachex.row.InvalidOptionException if the namespace is blank
     */
    public static CachedDataset withNamespace(Dataset dataset, String namespace) {
        RowIds ids = RowIds.ofNamespace(namespace);
        return new CachedDataset(
                dataset, ids, new DatasetOrigin(dataset, ids, namespace), DatasetOptions.NONE);
    }

    /**
     * Returns a dataset whose ids are a namespace, a colon, and the path of the row's file.
     *
     * <p>For DJL's image folders. The path is relative to the folder, with {@code /} between names
     * and in Unicode's composed form (NFC), so that it stays where the folder moves or goes to
     * another system. An id of more than 1024 bytes is replaced by a hash. A file that is added
     * leaves all other ids as they are; one whose contents change keeps its id, and its cached row:
     * {@link #withContentIds} gives it another.
     *
     * @param dataset a dataset that extends DJL's {@code AbstractImageFolder}
     * @param namespace the name of the folder; another one for each folder of a module
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset is none, or DJL does not show its files;
     *     from {@code getData}, if a file is not in the folder
     * @throws InvalidIdsException from {@code getData}, if the names of two files are the same in
     *     Unicode's composed form
     * @throws io.github.djlcachex.row.InvalidOptionException if the namespace is blank
     */
    public static CachedDataset withFileIds(RandomAccessDataset dataset, String namespace) {
        return new CachedDataset(
                dataset,
                FileIds.of((RandomAccessDataset) DatasetChecks.withoutIds(dataset), namespace));
    }

    /**
     * Returns a dataset whose ids are hashes of the rows' contents: 128 bits of a SHA-256, in hex.
     *
     * <p>For any data that comes without lasting ids. Rows of one content have one id, also in
     * training and validation data, and share their features. For DJL's own image folders the
     * content is the bytes of the file, with the size and channels that the dataset reads it with;
     * for all others the arrays of {@code get} in front of the pipeline, with types and shapes.
     * Parts of datasets are allowed. The pipeline is not part of the content: when it changes,
     * change the module id.
     *
     * <p>The price: each row is read and hashed once for a dataset object, when a batch first has
     * it, on the thread that iterates. A file is so read once more without being decoded; any other
     * row is got from the dataset a second time. 16 bytes a row are kept.
     *
     * @param dataset the dataset
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already; while iterating, if a row
     *     has arrays whose values cannot be read
     * @throws io.github.djlcachex.row.CacheIoException while iterating, if a row cannot be read
     */
    public static CachedDataset withContentIds(RandomAccessDataset dataset) {
        return new CachedDataset(
                dataset, new ContentIds((RandomAccessDataset) DatasetChecks.withoutIds(dataset)));
    }

    /** Returns a part that the caller made by indices of this dataset. */
    CachedDataset part(RandomAccessDataset part, long[] indices) {
        return new CachedDataset(part, ids.part(indices), origin, options.part(part, indices));
    }

    /**
     * Returns this dataset, but one that loads the inputs of those rows alone that are not in the
     * decorator's cache: images of cached rows are not decoded, texts not tokenized.
     *
     * <p>Its batches are for that decorator, which must be the first block to get them. It takes
     * the cached rows from the batch, and has inputs loaded whenever it needs them, such as for its
     * audit. Their data is NaN, for no other block to take it for inputs.
     *
     * <p>The labels of DJL's image folders are read off the folder. Those of other datasets are
     * kept when a row is first loaded, so that the first epoch of a run loads every row; a {@link
     * LabelFunction} spares that.
     *
     * @param decorator the decorator
     * @return the dataset
     * @throws UnsupportedDatasetException if the dataset does not load single rows, such as an
     *     {@code ArrayDataset}; while iterating, if a label is of a type that cannot be kept
     * @throws io.github.djlcachex.row.InvalidOptionException if the decorator has {@code
     *     optInputCheck} or {@code optSharedInputs}, which need all inputs
     */
    public CachedDataset loadingMissesOnly(CacheBlockDecorator decorator) {
        return loading(decorator, null);
    }

    /**
     * Returns this dataset, but one that loads the inputs of missing rows alone, and whose labels
     * come from a function; see {@link #loadingMissesOnly(CacheBlockDecorator)}.
     *
     * @param decorator the decorator
     * @param labels gives the labels that the dataset gives, as arrays of the same type and shape
     * @return the dataset
     */
    public CachedDataset loadingMissesOnly(CacheBlockDecorator decorator, LabelFunction labels) {
        return loading(decorator, Options.given("labels", labels));
    }

    private CachedDataset loading(CacheBlockDecorator decorator, @Nullable LabelFunction labels) {
        Options.given("decorator", decorator).checkLazy();
        LazyLoading lazily = LazyLoading.of(decorator, rows(), labels);
        return new CachedDataset(dataset, ids, origin, options.loading(lazily));
    }

    /**
     * Returns this dataset, but one whose next batches are fetched while a batch trains: their rows
     * are read from the cache, and inputs of missing rows loaded, by one thread of its own. That
     * pays where rows come from a slow disk. A failure is that of the batch, when it is asked for.
     *
     * @param batches how many batches are fetched ahead, 1 or more; they are kept in memory
     * @return the dataset
     * @throws io.github.djlcachex.row.InvalidOptionException if the number is under 1, or this
     *     dataset is none of {@link #loadingMissesOnly(CacheBlockDecorator)}
     */
    public CachedDataset prefetching(int batches) {
        return new CachedDataset(dataset, ids, origin, options.prefetched(batches));
    }

    /**
     * Returns this dataset, but one whose rows have several ids, one after another by epoch: for
     * random augmentations in front of the cache, of which each row so gets as many as there are
     * views, computed once. In epoch e, counted from 0 by the calls of {@code getData}, the id is
     * the id of this dataset, {@code #view} and e modulo the views. All ids are strings.
     *
     * @param views how many ids a row has, 1 or more
     * @return the dataset
     * @throws io.github.djlcachex.row.InvalidOptionException if the number is under 1
     */
    public CachedDataset withViews(int views) {
        DatasetOrigin random = origin.expectingRandomness();
        return new CachedDataset(dataset, ids, random, options.views(views));
    }

    Dataset dataset() {
        return dataset;
    }

    /**
     * Returns the dataset without ids.
     *
     * @throws UnsupportedDatasetException if its rows cannot be read one by one
     */
    RandomAccessDataset rows() {
        return SubDatasets.rowsOf(dataset);
    }

    /** Returns the ids of all rows, after the dataset was prepared. */
    Keys keys(NDManager manager) throws IOException, TranslateException {
        RandomAccessDataset rows = rows();
        rows.prepare();
        check(manager);
        ids.begin(manager); // the rows are not looked at
        return keysAt(LongStream.range(0, rows.size()).toArray());
    }

    @Override
    public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
        return getData(manager, null);
    }

    /**
     * Returns the batches, each with its array of ids.
     *
     * @throws UnsupportedDatasetException if the dataset is a result of {@code
     *     ArrayDataset.randomSplit}; while iterating, if a batch does not tell its indices
     * @throws InvalidIdsException if listed ids are not one for each row
     */
    @Override
    public Iterable<Batch> getData(NDManager manager, @Nullable ExecutorService executorService)
            throws IOException, TranslateException {
        prepareIds(manager);
        RowIds of = idsOfEpoch();
        LazyLoading loading = options.loading();
        return new FlushingBatches(
                loading == null
                        ? new BatchesWithIds(dataset.getData(manager, executorService), of)
                        : loading.batches(manager, of, executorService, options.prefetched()));
    }

    private RowIds idsOfEpoch() {
        int views = options.views();
        return views == 1 ? ids : ids.view(Math.floorMod(epochs.getAndIncrement(), views));
    }

    void prepareIds(NDManager manager) throws IOException, TranslateException {
        dataset.prepare();
        check(manager);
        ids.begin(manager);
        origin.use(manager);
    }

    Keys keysAt(long[] indices) {
        return ids.keys(indices);
    }

    private void check(NDManager manager) {
        if (checked) {
            return;
        }
        if (dataset instanceof RandomAccessDataset rows) {
            ids.checkSize(rows.size());
        }
        SubDatasets.checkRanges(dataset, manager);
        checked = true;
    }

    Batch withIds(Batch batch) {
        return BatchesWithIds.add(ids, batch);
    }

    int views() {
        return options.views();
    }

    @Override
    public void prepare(@Nullable Progress progress) throws IOException, TranslateException {
        dataset.prepare(progress);
    }

    @Override
    public TranslatorOptions matchingTranslatorOptions() {
        return dataset.matchingTranslatorOptions();
    }
}
