package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Storage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Files that go while somebody has them mapped.
 *
 * <p>Windows refuses to delete or to replace such a file, and Java unmaps only when it collects
 * garbage. It may be renamed, though: it gets a name that is no segment's, and a later opener
 * deletes it.
 */
public final class Discarded {

    private static final Logger logger = LoggerFactory.getLogger(Discarded.class);
    private static final String SUFFIX = ".deleted";
    private static final Pattern NAME =
            Pattern.compile("[0-9a-z_-]+(\\.arrow)?\\.[0-9a-f]{8}\\" + SUFFIX);

    private Discarded() {}

    /**
     * Deletes a file, or takes its name if the system keeps it from being deleted.
     *
     * @param storage the storage
     * @param file the file
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if it can neither be deleted nor renamed; it is still there
     */
    public static void delete(Storage storage, Path file) throws IOException {
        try {
            storage.delete(file);
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            throw e;
        } catch (FileSystemException refused) {
            moveAside(storage, file, refused);
        }
    }

    /**
     * Renames a file, in the place of another that may be mapped. If the system refuses that, the
     * name is free for a moment.
     *
     * @param storage the storage
     * @param from the file
     * @param to its new name
     * @throws IOException if the file does not have the name
     */
    public static void replace(Storage storage, Path from, Path to) throws IOException {
        try {
            storage.rename(from, to);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException refused) {
            moveAside(storage, to, refused);
            storage.rename(from, to);
        }
    }

    private static void moveAside(Storage storage, Path file, FileSystemException refused)
            throws IOException {
        String mark = String.format(Locale.ROOT, ".%08x", new SecureRandom().nextInt());
        Path aside = file.resolveSibling(file.getFileName() + mark + SUFFIX);
        try {
            storage.rename(file, aside);
        } catch (IOException e) {
            refused.addSuppressed(e);
            throw refused;
        }
        logger.debug("{} is in use; a later opener deletes {}", file, aside, refused);
    }

    /**
     * Tells whether a file has the name of a discarded one.
     *
     * @param fileName the file's name
     * @return true if a later opener deletes it
     */
    public static boolean isName(String fileName) {
        return NAME.matcher(fileName).matches();
    }

    /** Deletes a file that was discarded, unless it is still mapped. */
    static void deleteUnused(Storage storage, Path file) {
        try {
            storage.delete(file);
        } catch (IOException e) {
            logger.debug("{} stays for a later opener", file, e);
        }
    }
}
