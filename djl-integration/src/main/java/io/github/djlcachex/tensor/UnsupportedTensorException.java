package io.github.djlcachex.tensor;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A tensor, block or file that cannot be stored, or cannot be given to an engine. */
public final class UnsupportedTensorException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public UnsupportedTensorException(Problem problem) {
        super(problem);
    }
}
