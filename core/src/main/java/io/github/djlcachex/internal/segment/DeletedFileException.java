package io.github.djlcachex.internal.segment;

/** The file of a segment's name was deleted: its directory is there, and does not list it. */
public final class DeletedFileException extends ChangedFileException {

    private static final long serialVersionUID = 1L;

    DeletedFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
