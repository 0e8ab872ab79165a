package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A block, or files, whose weights cannot be read, so that there is no fingerprint of them. */
public final class UnsupportedBlockException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public UnsupportedBlockException(Problem problem) {
        super(problem);
    }
}
