package io.github.djlcachex.row;

/** A directory written by a newer version, or with a feature this version lacks. */
public final class UnsupportedFormatException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public UnsupportedFormatException(Problem problem) {
        super(problem);
    }
}
