package io.github.djlcachex.tensor;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A call that makes arrays, where no engine of DJL is on the class path. */
public final class MissingEngineException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public MissingEngineException(Problem problem) {
        super(problem);
    }
}
