package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

/**
 * A function of a block's inputs that tells how long each output row is without its padding; see
 * {@link CacheBlockDecoratorBuilder#optRowLengths}.
 *
 * <p>The length of row {@code i} must depend on row {@code i} of the inputs alone. Several threads
 * call the function at once.
 */
@FunctionalInterface
public interface RowLengths {

    /**
     * Returns the lengths of the rows of a batch.
     *
     * @param inputs the inputs of all N rows, without the ids; not to be changed
     * @return N lengths, each from 0 to the length of the declared axis
     */
    long[] of(NDList inputs);
}
