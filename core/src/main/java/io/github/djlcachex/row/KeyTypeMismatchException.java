package io.github.djlcachex.row;

/** Keys of another type than the generation was first written with. */
public final class KeyTypeMismatchException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public KeyTypeMismatchException(Problem problem) {
        super(problem);
    }
}
