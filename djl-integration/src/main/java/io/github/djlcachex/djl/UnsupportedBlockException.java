package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;

/** A block whose weights cannot be read, so that no fingerprint can be taken of them. */
public final class UnsupportedBlockException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public UnsupportedBlockException(String subject, String expected, String found, String advice) {
        super(subject, expected, found, advice);
    }
}
