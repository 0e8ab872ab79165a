package io.github.djlcachex.row;

/** Rows whose buffers do not fit their schema or their keys. */
public final class InvalidRowsException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public InvalidRowsException(Problem problem) {
        super(problem);
    }
}
