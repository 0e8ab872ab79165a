package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** Rows that a dataset needs, and that are not in the cache, where nothing computes them. */
public final class MissingRowsException extends CacheException {

    private static final long serialVersionUID = 1L;

    /** How many rows are missing. */
    private final long rows;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     * @param rows how many rows are missing
     */
    public MissingRowsException(Problem problem, long rows) {
        super(problem);
        this.rows = rows;
    }

    /**
     * Returns the number of rows that are missing.
     *
     * @return the rows, at least 1
     */
    public long rows() {
        return rows;
    }
}
