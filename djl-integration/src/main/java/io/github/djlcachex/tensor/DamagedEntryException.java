package io.github.djlcachex.tensor;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** An entry of which a part is damaged or gone, if the cache was told to throw. */
public final class DamagedEntryException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public DamagedEntryException(Problem problem) {
        super(problem);
    }
}
