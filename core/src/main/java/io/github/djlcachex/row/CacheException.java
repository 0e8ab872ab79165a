package io.github.djlcachex.row;

/**
 * The root of the exceptions that the cache throws on purpose.
 *
 * <p>Each message names the subject, what was expected, what was found, and what to do.
 */
public class CacheException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    private final String subject;

    /** What would have been right. */
    private final String expected;

    /** What was there. */
    private final String found;

    /** What to do about it. */
    private final String advice;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public CacheException(Problem problem) {
        super(problem.toString(), problem.cause());
        this.subject = problem.subject();
        this.expected = problem.expected();
        this.found = problem.found();
        this.advice = problem.advice();
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
