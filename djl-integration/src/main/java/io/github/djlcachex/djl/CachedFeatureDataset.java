package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;

/**
 * A CachedFeatureDataset is a dataset whose data are the cached rows themselves: a head is trained
 * on it without the inputs, and without the extractor.
 *
 * <pre>{@code
 * CachedFeatureDataset features =
 *         CachedFeatureDataset.builder()
 *                 .setCache(cache)
 *                 .setIds(ids)
 *                 .optLabels(labels)
 *                 .setSampling(32, true)
 *                 .build();
 * EasyTrain.fit(trainer, 10, features, null);
 * }</pre>
 *
 * <p>The data of a batch of N rows has an array for each column of the cache, of shape {@code (N,
 * ...)} and with the name and type of the column, on the device of the trainer. A batch is read at
 * once; a pipeline gets whole batches, as that of an {@code ArrayDataset} does. The dataset reads
 * the rows at each epoch anew, so that they need not fit in memory.
 *
 * <p>{@code prepare}, and so the first epoch, checks that every row is cached. If some are missing,
 * it throws a {@link MissingRowsException}; or computes them, if the builder was given a decorator
 * and the dataset of the inputs. A row that is found damaged later is handled the same way.
 *
 * <p>A part of it ({@code subDataset}, {@code randomSplit}, {@link #part}) has the ids and labels
 * of its rows. Several threads may iterate over it at once.
 */
public final class CachedFeatureDataset extends RandomAccessDataset {

    private final FeatureRows rows;
    private final RowLabels labels;
    private final int prefetched;
    private volatile boolean complete;

    CachedFeatureDataset(CachedFeatureDatasetBuilder builder, FeatureRows rows, RowLabels labels) {
        super(builder);
        this.rows = rows;
        this.labels = labels;
        this.prefetched = builder.prefetched;
    }

    /**
     * Returns a builder.
     *
     * @return the builder
     */
    public static CachedFeatureDatasetBuilder builder() {
        return new CachedFeatureDatasetBuilder();
    }

    /**
     * Checks that all rows are cached, or computes those that are not. After a success a later call
     * does nothing.
     *
     * @throws MissingRowsException if rows are missing and nothing computes them
     * @throws io.github.djlcachex.row.CacheIoException if the input of a missing row cannot be
     *     loaded
     */
    @Override
    public void prepare(@Nullable Progress progress) {
        if (!complete) {
            try (NDManager manager = NDManager.newBaseManager()) {
                prepare(manager);
            }
        }
    }

    private void prepare(NDManager manager) {
        if (!complete) {
            rows.complete(manager);
            complete = true;
        }
    }

    @Override
    protected long availableSize() {
        return rows.size();
    }

    @Override
    public Record get(NDManager manager, long index) {
        int[] row = {Math.toIntExact(index)};
        NDList data = new NDList();
        for (NDArray one : rows.read(manager, manager.getDevice(), row)) {
            NDArray alone = one.get(0);
            alone.setName(one.getName());
            data.add(alone);
        }
        return new Record(data, labels.row(manager, rows.indices(row)[0]));
    }

    @Override
    public Iterable<Batch> getData(
            NDManager manager, Sampler sampler, @Nullable ExecutorService executorService)
            throws IOException, TranslateException {
        prepare(manager);
        boolean bulk = dataBatchifier == Batchifier.STACK && labelBatchifier == Batchifier.STACK;
        return bulk
                ? new Batches(manager, sampler, executorService)
                : super.getData(manager, sampler, executorService);
    }

    private DatasetParts parts(Sampler given) {
        return new DatasetParts(
                this,
                given,
                dataBatchifier,
                labelBatchifier,
                pipeline,
                targetPipeline,
                prefetchNumber,
                device);
    }

    /** Batches reads each batch at once. */
    private final class Batches extends PrefetchedBatches {

        Batches(NDManager manager, Sampler sampler, @Nullable ExecutorService executor) {
            super(parts(sampler), manager, executor, prefetched);
        }

        @Override
        protected Batch fetch(List<Long> indices, int progress) {
            NDManager batch = manager.newSubManager();
            try {
                return fetch(batch, indices, progress);
            } catch (Throwable e) {
                batch.close();
                throw e;
            }
        }

        private Batch fetch(NDManager batch, List<Long> indices, int progress) {
            int[] positions = indices.stream().mapToInt(Math::toIntExact).toArray();
            NDList data = rows.read(batch, device == null ? batch.getDevice() : device, positions);
            NDList labelled = labels.batch(batch, rows.indices(positions));
            if (pipeline != null) {
                data = pipeline.transform(data);
            }
            if (targetPipeline != null) {
                labelled = targetPipeline.transform(labelled);
            }
            if (device != null) {
                data = data.toDevice(device, false);
                labelled = labelled.toDevice(device, false);
            }
            return new Batch(
                    batch,
                    data,
                    labelled,
                    positions.length,
                    dataBatchifier,
                    labelBatchifier,
                    progress,
                    dataset.size(),
                    indices);
        }
    }

    /**
     * Returns some of the rows, with their ids and labels, and the sampling of this dataset.
     *
     * <pre>{@code
     * Folds.Fold fold = folds.get(0); // of the dataset of inputs, or any of as many rows
     * features.part(fold.trainIndices());
     * }</pre>
     *
     * @param indices the indices of the rows, in the order of the part
     * @return the part
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public CachedFeatureDataset part(long... indices) {
        int[] positions = Arrays.stream(indices).mapToInt(this::position).toArray();
        CachedFeatureDataset part =
                new CachedFeatureDataset(settings(), rows.part(positions), labels);
        part.complete = complete;
        return part;
    }

    private int position(long index) {
        return (int) Objects.checkIndex(index, size());
    }

    private CachedFeatureDatasetBuilder settings() {
        CachedFeatureDatasetBuilder settings = new CachedFeatureDatasetBuilder();
        settings.prefetched = prefetched;
        return settings.setSampling(sampler)
                .optDataBatchifier(dataBatchifier)
                .optLabelBatchifier(labelBatchifier)
                .optPipeline(pipeline)
                .optTargetPipeline(targetPipeline)
                .optPrefetchNumber(prefetchNumber)
                .optDevice(device);
    }

    @Override
    protected RandomAccessDataset newSubDataset(int[] indices, int from, int to) {
        return part(Arrays.stream(indices, from, to).asLongStream().toArray());
    }

    @Override
    protected RandomAccessDataset newSubDataset(List<Long> subIndices) {
        return part(subIndices.stream().mapToLong(Long::longValue).toArray());
    }
}
