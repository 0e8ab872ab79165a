package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells a file that was deleted from one that is away for a while with its directory, as when a
 * filesystem is not mounted.
 */
public final class Deletions {

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

    private static boolean contains(Storage storage, Path directory, Path entry)
            throws IOException {
        return storage.list(directory).contains(String.valueOf(entry.getFileName()));
    }
}
