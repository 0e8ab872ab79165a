package io.github.djlcachex.djl;

import io.github.djlcachex.row.CacheException;

/**
 * An input that the engine of the wrapped block cannot take, refused before native code sees it; or
 * one whose content cannot be seen, so that no id can be taken of it.
 */
public final class UnsupportedInputException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject the thing that is wrong
     * @param expected what would have been right
     * @param found what was there
     * @param advice what the reader can do about it
     */
    public UnsupportedInputException(String subject, String expected, String found, String advice) {
        super(subject, expected, found, advice);
    }
}
