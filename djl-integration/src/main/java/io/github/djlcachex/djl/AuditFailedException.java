package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;

/** A row of the cache, or of a batch, that is not what the wrapped block computes for it now. */
public final class AuditFailedException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public AuditFailedException(String subject, String expected, String found, String advice) {
        super(subject, expected, found, advice);
    }
}
