package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

/**
 * A function of a block's inputs and outputs. The cache stores its result in place of the outputs.
 *
 * <p>It makes the cached rows smaller, or makes them fit to be cached: pooled tokens in place of
 * all of them, or one output of several. {@link Pooling} has the usual functions. See {@link
 * CacheBlockDecoratorBuilder#optOutput}.
 *
 * <p>Row {@code i} of the result must depend only on row {@code i} of the inputs and outputs.
 * Several threads call the function at once.
 */
@FunctionalInterface
public interface OutputFunction {

    /**
     * Returns the arrays to cache.
     *
     * @param inputs the inputs that the block ran on, of N rows each, without the ids; not to be
     *     changed
     * @param outputs the block's outputs. They and the inputs are of the block's engine; of the
     *     batch's if the block is ONNX Runtime's, which does not compute
     * @return arrays of N rows each, new ones or some of the outputs; they and whatever is made on
     *     the way are closed by the caller if they belong to a manager of these arrays
     */
    NDList apply(NDList inputs, NDList outputs);

    /**
     * Returns this function followed by another one.
     *
     * @param next the function that gets the inputs and what this one returns
     * @return both as one
     */
    default OutputFunction andThen(OutputFunction next) {
        return new ChainedOutput(this, next);
    }
}
