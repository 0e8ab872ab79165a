package io.github.djlcachex.djl.internal.dataset;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;

import java.io.IOException;
import java.util.function.Function;

/**
 * Reads single rows of a dataset outside its batches, into memory of its own.
 *
 * @param engine the name of the engine of the dataset's batches
 */
record DatasetRows(String engine) {

    static DatasetRows like(NDManager manager) {
        return new DatasetRows(manager.getEngine().getEngineName());
    }

    /**
     * Reads the data of a row as it is before the pipeline. It reads on the CPU, as the values are
     * needed on the host.
     */
    <T> T read(RandomAccessDataset dataset, long index, Function<NDList, T> reader)
            throws IOException {
        try (NDManager scratch = NDManager.newBaseManager(Device.cpu(), engine)) {
            return reader.apply(dataset.get(scratch, index).getData());
        }
    }
}
