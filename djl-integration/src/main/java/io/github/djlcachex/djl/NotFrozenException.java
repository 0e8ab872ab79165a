package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A block or an input that is still trained, so that its cached rows would go stale. */
public final class NotFrozenException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public NotFrozenException(Problem problem) {
        super(problem);
    }
}
