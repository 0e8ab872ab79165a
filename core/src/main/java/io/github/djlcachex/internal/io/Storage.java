package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file operations that the cache needs, and no others.
 *
 * <p>A file is created once, written from front to back, closed, renamed or linked to its final
 * name, and from then on only read or deleted. Safe for use by many threads.
 */
public interface Storage {

    /**
     * Creates a new file for writing.
     *
     * @param file the path
     * @return the open file
     * @throws java.nio.file.FileAlreadyExistsException if something has that name
     * @throws IOException if it cannot be created
     */
    WritableFile create(Path file) throws IOException;

    /**
     * Opens a regular file for reading. Symbolic links, pipes and devices are refused, and never
     * block.
     *
     * @param file the path
     * @return the open file
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if it cannot be opened or is no regular file
     */
    ReadableFile open(Path file) throws IOException;

    /**
     * Renames a file atomically, within its directory or to another of the same filesystem. Durable
     * only after {@link #forceDirectory} of both.
     *
     * @param from the old path
     * @param to the new path
     * @throws IOException if it cannot be renamed
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Gives a file a second name, and fails if that name is taken.
     *
     * @param existing the file
     * @param link the second name
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     * @throws UnsupportedOperationException if the filesystem has no hard links
     * @throws IOException if the link cannot be made
     */
    void link(Path existing, Path link) throws IOException;

    /**
     * Deletes a file.
     *
     * @param file the path
     * @throws IOException if it cannot be deleted
     */
    void delete(Path file) throws IOException;

    /**
     * Returns the names in a directory, sorted.
     *
     * @param directory the directory
     * @return the names; empty if the directory does not exist
     * @throws IOException if it cannot be listed
     */
    List<String> list(Path directory) throws IOException;

    /**
     * Creates a directory in one that exists. Durable only after {@link #forceDirectory} of that.
     *
     * @param directory the directory
     * @return false if it was there already
     * @throws NoSuchFileException if its parent does not exist
     * @throws java.nio.file.AccessDeniedException if nothing may be written there, whatever the
     *     system gives as the reason
     * @throws IOException if it cannot be created for another reason
     */
    boolean createDirectory(Path directory) throws IOException;

    /**
     * Creates a directory and its missing parents, and makes each that it creates durable in its
     * parent. One that was there already may still be waiting for that.
     *
     * @param directory the directory
     * @throws IOException if it cannot be created
     */
    default void createDirectories(Path directory) throws IOException {
        try {
            createDurably(directory);
        } catch (NoSuchFileException e) {
            Path parent = directory.toAbsolutePath().getParent();
            if (parent == null) {
                throw e;
            }
            createDirectories(parent);
            createDurably(directory);
        }
    }

    /**
     * Creates a directory in one that exists, and makes it durable there. For what belongs to a
     * cache that is open: if the filesystem was unmounted meanwhile, nothing is to be created below
     * the place where it was.
     *
     * @param directory the directory
     * @throws NoSuchFileException if its parent does not exist
     * @throws IOException if it cannot be created
     */
    default void createDurably(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (createDirectory(directory) && parent != null) {
            forceDirectory(parent);
        }
    }

    /**
     * Makes the names in a directory durable.
     *
     * @param directory the directory
     * @throws IOException if the directory cannot be forced
     */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Returns when a file was last changed.
     *
     * @param file the path
     * @return milliseconds since 1970
     * @throws IOException if it cannot be read
     */
    long lastModifiedMs(Path file) throws IOException;

    /**
     * Tells whether a directory is on a network filesystem, as far as its type tells.
     *
     * @param directory the directory; if it does not exist, its nearest parent that does counts
     * @return true if it is
     * @throws IOException if the filesystem cannot be found
     */
    boolean isNetworkFilesystem(Path directory) throws IOException;
}
