package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;

import io.github.djlcachex.djl.internal.dataset.FolderLabels;
import io.github.djlcachex.djl.internal.dataset.RowIds;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.ExecutorService;

/**
 * LazyLoading loads the inputs of those rows of a dataset alone that a decorator's cache does not
 * have.
 *
 * <p>A part of the dataset shares the labels and the template of the whole.
 */
final class LazyLoading {

    private final CacheBlockDecorator decorator;
    private final RandomAccessDataset dataset;
    private final long @Nullable [] indices;
    private final Shared shared;

    /** What the parts of a dataset have in common. */
    private static final class Shared {

        private final @Nullable LabelFunction labels;
        private final KeptLabels kept = new KeptLabels();
        private volatile @Nullable InputTemplate template;

        Shared(@Nullable LabelFunction labels) {
            this.labels = labels;
        }
    }

    private LazyLoading(
            CacheBlockDecorator decorator,
            RandomAccessDataset dataset,
            long @Nullable [] indices,
            Shared shared) {
        this.decorator = decorator;
        this.dataset = dataset;
        this.indices = indices;
        this.shared = shared;
    }

    /**
     * Returns the loading of a whole dataset.
     *
     * @param labels gives labels without data, or null: those of DJL's image folders are read off
     *     the folder, others are kept when a row is first loaded
     * @throws UnsupportedDatasetException if the dataset makes its batches itself
     */
    static LazyLoading of(
            CacheBlockDecorator decorator,
            RandomAccessDataset dataset,
            @Nullable LabelFunction labels) {
        checkBatches(dataset);
        FolderLabels folder = labels == null ? FolderLabels.of(dataset) : null;
        LabelFunction known =
                folder == null
                        ? labels
                        : (manager, index) -> new NDList(manager.create(folder.labelOf(index)));
        return new LazyLoading(decorator, dataset, null, new Shared(known));
    }

    /** Checks that DJL makes the batches of single rows, as is done here. */
    private static void checkBatches(RandomAccessDataset dataset) {
        if (dataset instanceof ArrayDataset || !usesBatchesOfDjl(dataset.getClass())) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "dataset that loads missing rows alone",
                            "one whose rows are loaded by get, and whose getData is DJL's",
                            dataset.getClass().getName(),
                            "rows that are in memory need no loading: leave loadingMissesOnly out"));
        }
    }

    private static boolean usesBatchesOfDjl(Class<?> type) {
        try {
            return type.getMethod("getData", NDManager.class, Sampler.class, ExecutorService.class)
                            .getDeclaringClass()
                    == RandomAccessDataset.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the loading of a part that was made by indices of this dataset. */
    LazyLoading part(RandomAccessDataset part, long[] partIndices) {
        long[] whole = new long[partIndices.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = wholeIndex(partIndices[i]);
        }
        return new LazyLoading(decorator, part, whole, shared);
    }

    private long wholeIndex(long index) {
        return indices == null ? index : indices[RowIds.checkIndex(index, indices.length)];
    }

    /** Returns the batches of one epoch. */
    Iterable<Batch> batches(
            NDManager manager, RowIds ids, @Nullable ExecutorService executor, int prefetched) {
        return new LazyBatches(this, ids, DatasetParts.of(dataset))
                .over(manager, executor, prefetched);
    }

    CacheBlockDecorator decorator() {
        return decorator;
    }

    /** Loads a row, and keeps its labels unless they are known otherwise. */
    Record load(NDManager manager, long index) throws IOException {
        Record row = dataset.get(manager, index);
        if (shared.labels == null) {
            shared.kept.put(wholeIndex(index), row.getLabels());
        }
        return row;
    }

    /** Returns the labels of a row, or null if only the loaded row tells them. */
    @Nullable NDList labels(NDManager manager, long index) {
        long whole = wholeIndex(index);
        LabelFunction known = shared.labels;
        return known == null ? shared.kept.get(manager, whole) : known.labelsOf(manager, whole);
    }

    /** Returns what the inputs of a row look like, or null before the first one was loaded. */
    @Nullable InputTemplate template() {
        return shared.template;
    }

    void setTemplate(InputTemplate template) {
        shared.template = template;
    }
}
