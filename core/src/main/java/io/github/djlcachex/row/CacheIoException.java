package io.github.djlcachex.row;

/** A directory or file that could not be read or written. */
public final class CacheIoException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public CacheIoException(Problem problem) {
        super(problem);
    }
}
