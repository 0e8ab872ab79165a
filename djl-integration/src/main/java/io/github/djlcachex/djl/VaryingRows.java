package io.github.djlcachex.djl;

/**
 * VaryingRows says what a {@link CacheBlockDecorator} does with a batch whose output rows have
 * another shape than the cached ones; see {@link CacheBlockDecoratorBuilder#optVaryingRows}.
 */
public enum VaryingRows {
    /**
     * Runs the batch past the cache, counts it in {@link DecoratorStats#batchesOfOtherShape}, and
     * warns of the first one. This is the default.
     */
    UNCACHED,

    /**
     * Stores each row at its own length along the axes that {@link
     * CacheBlockDecoratorBuilder#optPadOutput} declares, and returns batches padded to their
     * longest row. Rows that differ elsewhere are treated as by {@link #UNCACHED}.
     */
    PAD,

    /**
     * Throws {@link UnsupportedOutputException}. With declared axes, for rows that differ
     * elsewhere.
     */
    REFUSE
}
