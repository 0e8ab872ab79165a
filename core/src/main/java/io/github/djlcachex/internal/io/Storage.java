package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

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
     * @throws java.nio.file.FileAlreadyExistsException if something has that name
     */
    WritableFile create(Path file) throws IOException;

    /**
     * Opens a regular file for reading. Symbolic links, pipes and devices are refused, and never
     * block.
     *
     * @throws NoSuchFileException if it does not exist
     */
    ReadableFile open(Path file) throws IOException;

    /**
     * Renames a file atomically, within its directory or to another of the same filesystem. Durable
     * only after {@link #forceDirectory} of both.
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Gives a file a second name, and fails if that name is taken.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     * @throws UnsupportedOperationException if the filesystem has no hard links
     */
    void link(Path existing, Path link) throws IOException;

    /** Deletes a file. */
    void delete(Path file) throws IOException;

    /**
     * Deletes a file if its directory lists it.
     *
     * @param file the path, with a parent
     * @throws IOException if the directory cannot be listed, or the file cannot be deleted
     */
    default void deleteIfExists(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent());
        if (list(directory).contains(String.valueOf(file.getFileName()))) {
            delete(file);
        }
    }

    /**
     * Returns the names in a directory, sorted.
     *
     * @return the names; empty if the directory does not exist
     */
    List<String> list(Path directory) throws IOException;

    /**
     * Creates a directory in one that exists. Durable only after {@link #forceDirectory} of that.
     *
     * @return false if it was there already
     * @throws NoSuchFileException if its parent does not exist
     * @throws java.nio.file.AccessDeniedException if nothing may be written there, whatever the
     *     system gives as the reason
     */
    boolean createDirectory(Path directory) throws IOException;

    /**
     * Creates a directory and its missing parents, and makes each that it creates durable in its
     * parent. One that was there already may still be waiting for that.
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
     * @throws NoSuchFileException if its parent does not exist
     */
    default void createDurably(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (createDirectory(directory) && parent != null) {
            forceDirectory(parent);
        }
    }

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Returns when a file was last changed.
     *
     * @return milliseconds since 1970
     */
    long lastModifiedMs(Path file) throws IOException;

    /**
     * Tells whether a directory is on a network filesystem, as far as its type tells.
     *
     * @param directory the directory; if it does not exist, its nearest parent that does counts
     */
    boolean isNetworkFilesystem(Path directory) throws IOException;

    /**
     * Returns how much may be written to the filesystem of a directory, as far as it tells.
     *
     * @param directory a directory that exists
     * @return the size in bytes
     */
    default long usableBytes(Path directory) throws IOException {
        return Long.MAX_VALUE;
    }
}
