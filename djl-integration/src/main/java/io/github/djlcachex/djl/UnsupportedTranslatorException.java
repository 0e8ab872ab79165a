package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A translator whose outputs cannot be cached as it is. */
public final class UnsupportedTranslatorException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public UnsupportedTranslatorException(Problem problem) {
        super(problem);
    }
}
