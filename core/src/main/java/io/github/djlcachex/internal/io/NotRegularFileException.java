package io.github.djlcachex.internal.io;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Something that is no regular file where one was expected: a directory, a link, a pipe. */
public final class NotRegularFileException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    NotRegularFileException(Path file) {
        super(file.toString(), null, "not a regular file");
    }
}
