package io.github.djlcachex.internal.segment;

import java.io.IOException;

/**
 * The file of a segment's name was read, or looked for, and is not what it was when it was proven:
 * damaged, another one or deleted. Any other {@link IOException} says no more than that the file
 * cannot be read now.
 */
public class ChangedFileException extends IOException {

    private static final long serialVersionUID = 1L;

    ChangedFileException(String message, Throwable cause) {
        super(message, cause);
    }

    ChangedFileException(String message) {
        super(message);
    }
}
