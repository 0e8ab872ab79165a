package io.github.djlcachex.djl.internal.dataset;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;

import java.io.IOException;
import java.util.function.Function;

/**
 * Reading single rows of a dataset beside its batches, into memory of its own.
 *
 * @param engine the name of the engine of the dataset's batches
 */
record DatasetRows(String engine) {

    static DatasetRows like(NDManager manager) {
        return new DatasetRows(manager.getEngine().getEngineName());
    }

    /**
     * Reads the data of a row, as it is in front of the pipeline. On the CPU, wherever the batches
     * go: the values come back to the host anyway.
     */
    <T> T read(RandomAccessDataset dataset, long index, Function<NDList, T> reader)
            throws IOException {
        try (NDManager scratch = NDManager.newBaseManager(Device.cpu(), engine)) {
            return reader.apply(dataset.get(scratch, index).getData());
        }
    }
}
