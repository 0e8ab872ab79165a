package io.github.djlcachex.row;

/** A key that no cache accepts: an ill-formed, empty or over-long string. */
public final class InvalidKeyException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public InvalidKeyException(Problem problem) {
        super(problem);
    }
}
