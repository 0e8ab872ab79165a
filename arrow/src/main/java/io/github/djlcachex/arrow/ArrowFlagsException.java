package io.github.djlcachex.arrow;

import io.github.djlcachex.row.CacheException;

import org.jspecify.annotations.Nullable;

/** This JVM was started without the flags that Arrow's own memory needs; the message names them. */
public final class ArrowFlagsException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public ArrowFlagsException(String subject, String expected, String found, String advice) {
        super(subject, expected, found, advice);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     * @param cause the failure behind it, or null
     */
    public ArrowFlagsException(
            String subject,
            String expected,
            String found,
            String advice,
            @Nullable Throwable cause) {
        super(subject, expected, found, advice, cause);
    }
}
