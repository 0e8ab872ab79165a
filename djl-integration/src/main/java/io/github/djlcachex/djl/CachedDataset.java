package io.github.djlcachex.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorOptions;
import ai.djl.util.Progress;

import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * A dataset whose batches carry an id for each row, as an extra array of their data.
 *
 * <p>The ids come from the indices of the rows, which stay with them under shuffling and prefetch
 * threads. There are no default ids: the indices of training and validation data both start at 0,
 * so they must not be used as they are. Give every dataset that meets in one module its own
 * namespace, or ids that are unique over all of them.
 *
 * <p>The row behind an id must not change from epoch to epoch: a pipeline of random augmentations
 * is frozen at its first outcome.
 *
 * <p>A part of a dataset (made by {@code subDataset} or {@code randomSplit}) does not tell which
 * rows it holds. It takes listed ids only, in the order of its rows; {@link Folds} makes parts that
 * keep the ids of the whole.
 */
public final class CachedDataset implements Dataset {

    private final Dataset dataset;
    private final IdSource ids;
    private volatile boolean checked;

    private CachedDataset(Dataset dataset, IdSource ids) {
        this.dataset = dataset;
        this.ids = ids;
        if (SubDatasets.isPart(dataset) && !ids.listed()) {
            throw new UnsupportedDatasetException(
                    "part of a dataset",
                    "listed ids, one for each of its rows",
                    "ids that follow from indices, which count from 0 within each part",
                    "split with Folds, or list the ids of the part's rows with withIds");
        }
        if (dataset instanceof CachedDataset) {
            throw new UnsupportedDatasetException(
                    "dataset", "one without ids", "a CachedDataset", "give ids once");
        }
    }

    /**
     * Returns a dataset with listed integer ids.
     *
     * @param dataset the dataset of N rows
     * @param ids N ids; the id at position {@code i} belongs to the row of index {@code i}
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already
     */
    public static CachedDataset withIds(Dataset dataset, long... ids) {
        return new CachedDataset(dataset, IdSource.of(ids));
    }

    /**
     * Returns a dataset with listed string ids.
     *
     * @param dataset the dataset of N rows
     * @param ids N ids; the id at position {@code i} belongs to the row of index {@code i}
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already
     */
    public static CachedDataset withIds(Dataset dataset, List<String> ids) {
        return new CachedDataset(dataset, IdSource.of(ids));
    }

    /**
     * Returns a dataset whose integer ids are a function of the index.
     *
     * @param dataset the dataset, not a part of another one
     * @param idOfIndex the id of the row at an index from 0; called on the thread that iterates
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already or is a part of another
     */
    public static CachedDataset withLongIds(Dataset dataset, LongUnaryOperator idOfIndex) {
        return new CachedDataset(dataset, IdSource.ofLongs(idOfIndex));
    }

    /**
     * Returns a dataset whose string ids are a function of the index.
     *
     * @param dataset the dataset, not a part of another one
     * @param idOfIndex the id of the row at an index from 0; called on the thread that iterates
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already or is a part of another
     */
    public static CachedDataset withStringIds(Dataset dataset, LongFunction<String> idOfIndex) {
        return new CachedDataset(dataset, IdSource.ofStrings(idOfIndex));
    }

    /**
     * Returns a dataset whose ids are a namespace, a colon and the index.
     *
     * @param dataset the dataset, not a part of another one
     * @param namespace the name of the data; another one for each dataset of a module
     * @return the dataset with ids
     * @throws UnsupportedDatasetException if the dataset has ids already or is a part of another
     * @throws io.github.djlcachex.row.InvalidOptionException if the namespace is blank
     */
    public static CachedDataset withNamespace(Dataset dataset, String namespace) {
        return new CachedDataset(dataset, IdSource.ofNamespace(namespace));
    }

    /** Returns a part that the caller made by indices that it knows. */
    static CachedDataset part(RandomAccessDataset part, IdSource ids) {
        return new CachedDataset(part, ids);
    }

    Dataset dataset() {
        return dataset;
    }

    IdSource ids() {
        return ids;
    }

    /**
     * Returns the batches, each with its array of ids.
     *
     * @throws UnsupportedDatasetException if the dataset is a result of {@code
     *     ArrayDataset.randomSplit}; while iterating, if a batch does not tell its indices
     * @throws InvalidIdsException if listed ids are not one for each row
     */
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
        dataset.prepare();
        check(manager);
        Iterable<Batch> batches = dataset.getData(manager, executorService);
        return () -> withIds(batches.iterator());
    }

    private void check(NDManager manager) {
        if (checked) {
            return;
        }
        if (dataset instanceof RandomAccessDataset rows && ids.size().isPresent()) {
            checkSize(rows.size(), ids.size().getAsLong());
        }
        SubDatasets.checkRanges(dataset, manager);
        checked = true;
    }

    private static void checkSize(long rows, long listed) {
        if (rows != listed) {
            throw new InvalidIdsException(
                    "ids of a dataset",
                    rows + " ids, one for each row",
                    listed + " ids",
                    "list the ids of all rows, in the order of the dataset");
        }
    }

    private Iterator<Batch> withIds(Iterator<Batch> batches) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return batches.hasNext();
            }

            @Override
            public Batch next() {
                return withIds(batches.next());
            }
        };
    }

    private Batch withIds(Batch batch) {
        Keys keys = ids.keys(indicesOf(batch));
        CacheIds.addTo(batch.getData(), batch.getManager(), keys);
        return batch;
    }

    private static long[] indicesOf(Batch batch) {
        List<?> indices = batch.getIndices();
        if (indices == null || indices.size() != batch.getSize()) {
            throw new UnsupportedDatasetException(
                    "batch of a dataset",
                    "the indices of its " + batch.getSize() + " rows",
                    indices == null ? "no indices" : indices.size() + " indices",
                    "only a RandomAccessDataset tells them: give the ids by CacheIds.attach or"
                            + " CacheIds.scope in your own loop");
        }
        long[] numbers = new long[indices.size()];
        int position = 0;
        for (Object index : indices) {
            numbers[position++] = indexOf(index);
        }
        return numbers;
    }

    private static long indexOf(Object index) {
        if (index instanceof Number number) {
            return number.longValue();
        }
        throw new UnsupportedDatasetException(
                "batch of a dataset",
                "indices that are numbers",
                index.getClass().getName(),
                "give the ids by CacheIds.attach or CacheIds.scope in your own loop");
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
