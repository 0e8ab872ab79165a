package io.github.djlcachex.row;

/** A call on a cache after it was closed. */
public final class CacheClosedException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public CacheClosedException(Problem problem) {
        super(problem);
    }
}
