package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** An output of the wrapped block that cannot be cached, refused before native code sees it. */
public final class UnsupportedOutputException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public UnsupportedOutputException(Problem problem) {
        super(problem);
    }
}
