package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Pipeline;

import io.github.djlcachex.djl.internal.engine.Hidden;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * DatasetParts are the parts of a DJL dataset that make batches of its rows, and which are
 * protected there.
 *
 * @param dataset the dataset
 * @param sampler gives the indices of each batch
 * @param dataBatchifier makes a batch of the data of rows
 * @param labelBatchifier makes a batch of the labels of rows
 * @param pipeline changes the data of each row, or null
 * @param targetPipeline changes the labels of each batch, or null
 * @param prefetchNumber how many batches are loaded ahead
 * @param device where batches are moved to, or null
 */
record DatasetParts(
        RandomAccessDataset dataset,
        Sampler sampler,
        Batchifier dataBatchifier,
        Batchifier labelBatchifier,
        @Nullable Pipeline pipeline,
        @Nullable Pipeline targetPipeline,
        int prefetchNumber,
        @Nullable Device device) {

    /**
     * Returns the parts of a dataset.
     *
     * @throws UnsupportedDatasetException if they cannot be read
     */
    static DatasetParts of(RandomAccessDataset dataset) {
        try {
            return new DatasetParts(
                    dataset,
                    (Sampler) Objects.requireNonNull(field(dataset, "sampler")),
                    (Batchifier) Objects.requireNonNull(field(dataset, "dataBatchifier")),
                    (Batchifier) Objects.requireNonNull(field(dataset, "labelBatchifier")),
                    (Pipeline) field(dataset, "pipeline"),
                    (Pipeline) field(dataset, "targetPipeline"),
                    (Integer) Objects.requireNonNull(field(dataset, "prefetchNumber")),
                    (Device) field(dataset, "device"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "dataset " + dataset.getClass().getName(),
                            "a sampler and batchifiers that can be read",
                            e.toString(),
                            "leave loadingMissesOnly out, or open ai.djl.training.dataset to this module",
                            e));
        }
    }

    private static @Nullable Object field(RandomAccessDataset dataset, String name)
            throws ReflectiveOperationException {
        return Hidden.field(RandomAccessDataset.class, name, dataset);
    }
}
