package io.github.djlcachex.row;

/** A file whose bytes are not those that were written. */
public final class CorruptFileException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public CorruptFileException(Problem problem) {
        super(problem);
    }
}
