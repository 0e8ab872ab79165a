package io.github.djlcachex.spark;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** An executor opened an extractor that is not the driver's: of other weights or other code. */
public final class OtherExtractorException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public OtherExtractorException(Problem problem) {
        super(problem);
    }
}
