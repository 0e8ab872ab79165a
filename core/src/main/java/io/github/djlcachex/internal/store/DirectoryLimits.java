package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.LimitPolicy;

/**
 * The limits of a cache directory.
 *
 * @param maxBytes the most bytes of all files, {@link #NONE} for any number
 * @param maxFiles the most files, {@link #NONE} for any number
 * @param policy what happens at the limit
 */
public record DirectoryLimits(long maxBytes, long maxFiles, LimitPolicy policy) {

    /** No limit. */
    public static final long NONE = Long.MAX_VALUE;

    /** The largest limit in bytes. */
    public static final long MOST_BYTES = 1L << 60;

    /** The largest limit in files. */
    public static final long MOST_FILES = 1L << 40;
}
