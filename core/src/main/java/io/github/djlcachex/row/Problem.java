package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A Problem is what a {@link CacheException} tells: the subject, what was expected, what was found,
 * and what to do. Immutable.
 */
public final class Problem {

    private static final int REASON_CHARACTERS = 300;

    private final String subject;
    private final String expected;
    private final String found;
    private final String advice;
    private final @Nullable Throwable cause;

    private Problem(
            String subject,
            String expected,
            String found,
            String advice,
            @Nullable Throwable cause) {
        this.subject = Objects.requireNonNull(subject, "subject");
        this.expected = Objects.requireNonNull(expected, "expected");
        this.found = Objects.requireNonNull(found, "found");
        this.advice = Objects.requireNonNull(advice, "advice");
        this.cause = cause;
    }

    /**
     * Returns a problem.
     *
     * @param subject the file, option or argument that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     * @return the problem
     */
    public static Problem of(String subject, String expected, String found, String advice) {
        return new Problem(subject, expected, found, advice, null);
    }

    /**
     * Returns a problem with the failure behind it.
     *
     * @param subject the file, option or argument that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     * @param cause the failure, or null if there is none
     * @return the problem
     */
    public static Problem of(
            String subject,
            String expected,
            String found,
            String advice,
            @Nullable Throwable cause) {
        return new Problem(subject, expected, found, advice, cause);
    }

    /**
     * Returns the first cause of a failure in one line, for a list of rows that failed.
     *
     * @param failure the failure
     * @return the cause's class and message, at most 300 characters
     */
    @Internal
    public static String reasonOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String line = cause.toString().replaceAll("\\s+", " ");
        return line.substring(0, Math.min(line.length(), REASON_CHARACTERS));
    }

    String subject() {
        return subject;
    }

    String expected() {
        return expected;
    }

    String found() {
        return found;
    }

    String advice() {
        return advice;
    }

    @Nullable Throwable cause() {
        return cause;
    }

    @Override
    public String toString() {
        return subject + ": expected " + expected + ", found " + found + "; " + advice;
    }
}
