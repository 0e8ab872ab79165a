package io.github.djlcachex.row;

/** An option whose value is out of its limits, or that contradicts another. */
public final class InvalidOptionException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public InvalidOptionException(Problem problem) {
        super(problem);
    }
}
