package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** Ids that are missing, of a wrong type or shape, or not one for each row of the batch. */
public final class InvalidIdsException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public InvalidIdsException(Problem problem) {
        super(problem);
    }
}
