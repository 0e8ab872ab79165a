package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;

/** An output of the wrapped block that cannot be cached, refused before native code sees it. */
public final class UnsupportedOutputException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public UnsupportedOutputException(
            String subject, String expected, String found, String advice) {
        super(subject, expected, found, advice);
    }
}
