package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.SequenceSampler;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.djl.internal.dataset.IdPosition;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * MissingRows loads the inputs of missing rows from a dataset, and runs a decorator on them, which
 * stores what it computes.
 */
final class MissingRows {

    /** As many rows as a trainer pads its sub-batches to, and some more. */
    private static final int BATCH_ROWS = 32;

    private final CacheBlockDecorator decorator;
    private final RandomAccessDataset inputs;

    MissingRows(CacheBlockDecorator decorator, RandomAccessDataset inputs) {
        this.decorator = decorator;
        this.inputs = inputs;
    }

    /**
     * Computes rows.
     *
     * @param manager owns the inputs while they are needed
     * @param indices the indices of the rows in the dataset, at least one
     * @param keys their keys
     * @throws CacheIoException if an input cannot be loaded
     */
    void compute(NDManager manager, long[] indices, Keys keys) {
        RandomAccessDataset missing = inputs.subDataset(Arrays.stream(indices).boxed().toList());
        BatchSampler inOrder = new BatchSampler(new SequenceSampler(), BATCH_ROWS);
        try (NDManager scratch = manager.newSubManager()) {
            int from = 0;
            for (Batch batch : missing.getData(scratch, inOrder)) {
                int to = from + batch.getSize();
                forward(batch, keys.select(IntStream.range(from, to).toArray()));
                batch.close();
                from = to;
            }
        } catch (IOException | TranslateException e) {
            throw new CacheIoException(
                    Problem.of(
                            "inputs of " + indices.length + " missing rows",
                            "inputs that can be loaded",
                            e.toString(),
                            "check the dataset",
                            e));
        }
    }

    /** Runs the rows as those of a trainer, whose bits do not depend on how many are missing. */
    private void forward(Batch batch, Keys keys) {
        NDManager manager = batch.getManager();
        NDList data = new NDList(batch.getData());
        CacheIds.addTo(data, IdPosition.in(batch), manager, keys);
        decorator.forward(new ParameterStore(manager, false), data, true, null);
    }
}
