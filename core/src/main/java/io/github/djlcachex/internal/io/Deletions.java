package io.github.djlcachex.internal.io;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The deletion of files that others delete too. It tells a file that was deleted from one that is
 * away for a while with its directory, as when a filesystem is not mounted.
 */
public final class Deletions {

    private static final Logger logger = LoggerFactory.getLogger(Deletions.class);

    private Deletions() {}

    /**
     * Tells whether a file is not in its directory, though that is there.
     *
     * @param file the file, with its directory's parent
     * @return false also if the listings fail
     */
    public static boolean isDeleted(Storage storage, Path file) {
        Path directory = file.getParent();
        Path parent = directory == null ? null : directory.getParent();
        if (directory == null || parent == null) {
            return false;
        }
        try {
            // The directory is asked for on both sides: the listing of a missing one is empty.
            return contains(storage, parent, directory)
                    && !contains(storage, directory, file)
                    && contains(storage, parent, directory);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Deletes a file, unless another process has done it.
     *
     * @param file the file
     * @throws IOException if it is there and cannot be deleted
     */
    public static void deleteUnlessGone(Storage storage, Path file) throws IOException {
        try {
            storage.delete(file);
        } catch (NoSuchFileException e) {
            logger.debug("{} was deleted by another process", file, e);
        }
    }

    private static boolean contains(Storage storage, Path directory, Path entry)
            throws IOException {
        return storage.list(directory).contains(String.valueOf(entry.getFileName()));
    }
}
