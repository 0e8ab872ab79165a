package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A dataset whose batches do not tell which rows they hold, so that indices are no ids. */
public final class UnsupportedDatasetException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public UnsupportedDatasetException(Problem problem) {
        super(problem);
    }
}
