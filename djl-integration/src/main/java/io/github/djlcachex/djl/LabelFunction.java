package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * A LabelFunction gives the labels of a dataset's row by its index, without its data: what the
 * labels of the dataset's record would be.
 *
 * <pre>{@code
 * (manager, index) -> new NDList(manager.create(classes[(int) index]))
 * }</pre>
 *
 * <p>Several threads call it at once if batches are prefetched.
 */
@FunctionalInterface
public interface LabelFunction {

    /**
     * Returns the labels of a row.
     *
     * @param manager the manager of the arrays
     * @param index the index of the row in the dataset, from 0; of a part of it, the index in the
     *     whole
     * @return arrays without a batch dimension, of the same types and shapes for every row
     */
    NDList labelsOf(NDManager manager, long index);
}
