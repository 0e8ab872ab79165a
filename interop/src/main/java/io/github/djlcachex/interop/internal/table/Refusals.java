package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Refusals are the exceptions of imports and exports, in one form. */
public final class Refusals {

    private Refusals() {}

    /** A file whose bytes contradict its format. */
    public static CorruptFileException corrupt(Path file, String expected, String found) {
        return new CorruptFileException(
                Problem.of("file " + file, expected, found, "write or copy the file anew"));
    }

    /** A file whose bytes contradict its format, noticed by an exception. */
    public static CorruptFileException corrupt(Path file, String expected, Throwable cause) {
        return corrupt(file, expected, String.valueOf(cause), cause);
    }

    /** A file whose bytes contradict its format, noticed by an exception. */
    public static CorruptFileException corrupt(
            Path file, String expected, String found, Throwable cause) {
        return new CorruptFileException(
                Problem.of("file " + file, expected, found, "write or copy the file anew", cause));
    }

    /** A file that asks for what no reader here can do. */
    public static UnsupportedFormatException unsupported(
            Path file, String expected, String found, String advice) {
        return new UnsupportedFormatException(Problem.of("file " + file, expected, found, advice));
    }

    /** Rows that cannot be rows of a cache. */
    public static InvalidRowsException rows(
            String subject, String expected, String found, String advice) {
        return new InvalidRowsException(Problem.of(subject, expected, found, advice));
    }

    /** An option that does not fit. */
    public static InvalidOptionException option(
            String option, String expected, String found, String advice) {
        return new InvalidOptionException(Problem.of("option " + option, expected, found, advice));
    }

    /** A file that the system does not let be read or written. */
    public static CacheIoException io(Path file, IOException cause) {
        boolean namesOne =
                cause instanceof FileSystemException failure && failure.getFile() != null;
        Object subject = namesOne ? ((FileSystemException) cause).getFile() : file;
        return new CacheIoException(
                Problem.of(
                        "file " + subject,
                        "a file that can be read or written",
                        reason(cause),
                        "see the cause",
                        cause));
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file";
        }
        return cause instanceof AccessDeniedException ? "no permission" : String.valueOf(cause);
    }
}
