package io.github.djlcachex.tensor;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A block whose parameters are others than the stored ones. */
public final class ParametersMismatchException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public ParametersMismatchException(Problem problem) {
        super(problem);
    }
}
