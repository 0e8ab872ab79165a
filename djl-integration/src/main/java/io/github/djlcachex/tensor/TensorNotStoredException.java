package io.github.djlcachex.tensor;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A put whose entry was not stored, for one who insists on it. */
public final class TensorNotStoredException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public TensorNotStoredException(Problem problem) {
        super(problem);
    }
}
