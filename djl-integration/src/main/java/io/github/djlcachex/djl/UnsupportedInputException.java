package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/**
 * An input that the engine of the wrapped block cannot take, refused before native code sees it; or
 * one whose content cannot be seen, so that no id can be taken of it.
 */
public final class UnsupportedInputException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public UnsupportedInputException(Problem problem) {
        super(problem);
    }
}
