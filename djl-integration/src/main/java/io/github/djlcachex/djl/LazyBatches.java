package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Pipeline;

import io.github.djlcachex.djl.internal.dataset.RowIds;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;

/**
 * LazyBatches is one epoch over a dataset: of each batch the cached rows are read, and the inputs
 * of the others loaded, as DJL loads them.
 */
final class LazyBatches {

    private final LazyLoading loading;
    private final RowIds ids;
    private final DatasetParts parts;

    LazyBatches(LazyLoading loading, RowIds ids, DatasetParts parts) {
        this.loading = loading;
        this.ids = ids;
        this.parts = parts;
    }

    Iterable<Batch> over(NDManager manager, @Nullable ExecutorService executor, int prefetched) {
        return new Epoch(manager, executor, prefetched);
    }

    /** Epoch is an inner class, as DJL's constructor calls fetch when batches are prefetched. */
    private final class Epoch extends PrefetchedBatches {

        Epoch(NDManager manager, @Nullable ExecutorService executor, int prefetched) {
            super(parts, manager, executor, prefetched);
        }

        @Override
        protected Batch fetch(List<Long> indices, int progress) throws IOException {
            NDManager batch = manager.newSubManager();
            try {
                long[] rows = indices.stream().mapToLong(Long::longValue).toArray();
                return new Batch(
                        batch,
                        moved(lazy(batch, rows).open(batch)),
                        moved(labels(batch, rows)),
                        rows.length,
                        Batchifier.STACK,
                        labelBatchifier,
                        progress,
                        dataset.size(),
                        indices);
            } catch (Throwable e) {
                batch.close();
                throw e;
            }
        }
    }

    private LazyBatch lazy(NDManager batch, long[] rows) throws IOException {
        Keys keys = ids.keys(rows);
        InputTemplate template = template(batch, rows[0]);
        FoundRows found = loading.decorator().find(template, keys, batch);
        int[] missing =
                IntStream.range(0, rows.length)
                        .filter(i -> found == null || found.missing().get(i))
                        .toArray();
        NDList inputs = missing.length == 0 ? new NDList() : inputs(batch, rows, missing);
        return new LazyBatch(
                keys,
                template,
                found,
                (manager, positions) ->
                        Arrays.equals(positions, missing)
                                ? inputs
                                : inputsLater(manager, rows, positions));
    }

    private InputTemplate template(NDManager batch, long row) throws IOException {
        InputTemplate known = loading.template();
        if (known == null) {
            NDList one = inputs(batch, new long[] {row}, new int[] {0});
            known = InputTemplate.of(one);
            one.close();
            loading.setTemplate(known);
        }
        return known;
    }

    /** Loads rows as DJL does: the pipeline gets each row, the batchifier all of them. */
    private NDList inputs(NDManager owner, long[] rows, int[] positions) throws IOException {
        NDList[] data = new NDList[positions.length];
        for (int i = 0; i < data.length; i++) {
            NDList row = loading.load(owner, rows[positions[i]]).getData();
            data[i] = transformed(parts.pipeline(), row);
        }
        NDList inputs = parts.dataBatchifier().batchify(data);
        Arrays.stream(data).forEach(NDList::close);
        return moved(inputs);
    }

    private NDList inputsLater(NDManager owner, long[] rows, int[] positions) {
        try {
            return inputs(owner, rows, positions);
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            "inputs of " + positions.length + " rows of a dataset",
                            "inputs that can be loaded",
                            e.toString(),
                            "check the data",
                            e));
        }
    }

    private NDList labels(NDManager batch, long[] rows) throws IOException {
        NDList[] labels = new NDList[rows.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = labels(batch, rows[i]);
        }
        NDList batched = parts.labelBatchifier().batchify(labels);
        Arrays.stream(labels).forEach(NDList::close);
        return transformed(parts.targetPipeline(), batched);
    }

    private NDList labels(NDManager batch, long row) throws IOException {
        NDList known = loading.labels(batch, row);
        if (known == null) {
            Record loaded = loading.load(batch, row);
            loaded.getData().close();
            known = loaded.getLabels();
        }
        return known;
    }

    private static NDList transformed(@Nullable Pipeline pipeline, NDList arrays) {
        return pipeline == null ? arrays : pipeline.transform(arrays);
    }

    private NDList moved(NDList arrays) {
        Device device = parts.device();
        return device == null ? arrays : arrays.toDevice(device, false);
    }
}
