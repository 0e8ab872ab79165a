package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;

/** A block or an input that is still trained, so that its cached rows would go stale. */
public final class NotFrozenException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public NotFrozenException(String subject, String expected, String found, String advice) {
        super(subject, expected, found, advice);
    }
}
