package io.github.djlcachex.arrow;

import io.github.djlcachex.row.CacheException;

import org.jspecify.annotations.Nullable;

/**
 * The libraries on the path give Arrow no memory that works, though the JVM has the flags.
 *
 * <p>The usual cause is another version of Netty than {@code arrow-memory-netty} was built for. The
 * message names {@code arrow-memory-unsafe}, which needs no Netty.
 */
public final class ArrowMemoryException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public ArrowMemoryException(String subject, String expected, String found, String advice) {
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
    public ArrowMemoryException(
            String subject,
            String expected,
            String found,
            String advice,
            @Nullable Throwable cause) {
        super(subject, expected, found, advice, cause);
    }
}
