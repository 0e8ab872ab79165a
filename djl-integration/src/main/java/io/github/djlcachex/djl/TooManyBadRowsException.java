package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** More rows of a warm-up failed than its limit allows. What was computed before is stored. */
public final class TooManyBadRowsException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public TooManyBadRowsException(Problem problem) {
        super(problem);
    }
}
