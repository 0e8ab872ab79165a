package io.github.djlcachex.interop;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** A row whose id is there already, with other bytes. */
public final class RowConflictException extends CacheException {

    private static final long serialVersionUID = 1L;

    RowConflictException(Problem problem) {
        super(problem);
    }
}
