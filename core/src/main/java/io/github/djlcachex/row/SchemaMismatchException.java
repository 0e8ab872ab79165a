package io.github.djlcachex.row;

/** Rows of other columns than the generation was first written with. */
public final class SchemaMismatchException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public SchemaMismatchException(Problem problem) {
        super(problem);
    }
}
