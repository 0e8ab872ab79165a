package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A row of the cache, or of a batch, that is not what the wrapped block computes for it now. */
public final class AuditFailedException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public AuditFailedException(Problem problem) {
        super(problem);
    }
}
