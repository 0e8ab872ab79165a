package io.github.djlcachex.row;

/**
 * A file of a snapshot that was deleted since the snapshot was taken: its rows may be in others.
 */
public final class StaleSnapshotException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public StaleSnapshotException(Problem problem) {
        super(problem);
    }
}
