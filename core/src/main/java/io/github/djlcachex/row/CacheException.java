package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

/**
 * The root of the exceptions that the cache throws on purpose.
 *
 * <p>Each message names the subject, what was expected, what was found, and what to do.
 */
public class CacheException extends RuntimeException {

    private static final long serialVersionUID = 2L;

    private final String subject;
    private final String expected;
    private final String found;
    private final String advice;

    /**
     * Creates an exception whose message has the four parts in their fixed order.
     *
     * @param subject the file, option or argument that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public CacheException(String subject, String expected, String found, String advice) {
        this(subject, expected, found, advice, null);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param subject the file, option or argument that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     * @param cause the failure behind it, or null
     */
    public CacheException(
            String subject,
            String expected,
            String found,
            String advice,
            @Nullable Throwable cause) {
        super(subject + ": expected " + expected + ", found " + found + "; " + advice, cause);
        this.subject = subject;
        this.expected = expected;
        this.found = found;
        this.advice = advice;
    }

    /**
     * Returns what is wrong: the name of a file, an option or an argument.
     *
     * @return the subject
     */
    public String subject() {
        return subject;
    }

    /**
     * Returns what would have been right.
     *
     * @return the expectation
     */
    public String expected() {
        return expected;
    }

    /**
     * Returns what was there.
     *
     * @return the finding
     */
    public String found() {
        return found;
    }

    /**
     * Returns what the reader can do about it.
     *
     * @return the advice
     */
    public String advice() {
        return advice;
    }
}
