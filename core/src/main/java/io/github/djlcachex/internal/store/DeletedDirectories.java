package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * DeletedDirectories makes the directories of a generation again that somebody deleted while the
 * store was open, so that later rows are not lost.
 *
 * <p>It does nothing where the cache was unmounted or moved away: what is written to the mount
 * point, or to whatever took its place, would not be found again. That is so if the path leads to
 * another filesystem than when the store was opened, or if the cache directory is another one and
 * has no rows of this module. A process that made it again before this one has left the module
 * there.
 */
final class DeletedDirectories {

    private static final Logger logger = LoggerFactory.getLogger(DeletedDirectories.class);

    private final Storage storage;
    private final StorePaths paths;
    private final String threadName;
    private final Runnable restoreContract;
    private final Path root;
    private final @Nullable Object filesystem;
    private volatile @Nullable Object rootKey;
    private volatile boolean warned;
    private volatile @Nullable DaemonThread contractThread;

    /**
     * Creates the watch of a store's directories.
     *
     * @param restoreContract writes the contract again; called on a thread of its own, because it
     *     waits for the thread that has the lock of the disk, and that one may wait for the flusher
     */
    DeletedDirectories(
            String threadName, Storage storage, StorePaths paths, Runnable restoreContract) {
        this.storage = storage;
        this.paths = paths;
        this.threadName = threadName;
        this.restoreContract = restoreContract;
        this.root = Objects.requireNonNull(paths.module().toAbsolutePath().getParent());
        this.filesystem = filesystemOf(paths.generation());
        this.rootKey = keyOf(root);
    }

    /**
     * Makes what is missing durably again, and has the contract written; returns whether the
     * directories are there.
     */
    boolean restore() {
        if (!isWhereItWas()) {
            return false;
        }
        try {
            OpenStores.checkNoLinks(paths);
            storage.createDirectories(paths.segments());
            rootKey = keyOf(root);
            DaemonThread thread = new DaemonThread(threadName, restoreContract);
            thread.startIfNeeded();
            contractThread = thread;
            warn();
            return true;
        } catch (IOException | RuntimeException | Error e) { // the writer tells why it cannot write
            logger.debug("cannot make {} again", paths.segments(), e);
            return false;
        }
    }

    private boolean isWhereItWas() {
        if (filesystem == null || !filesystem.equals(filesystemOf(paths.generation()))) {
            return false;
        }
        Object before = rootKey;
        return before == null
                || !Files.exists(root)
                || before.equals(keyOf(root))
                || Files.exists(paths.module());
    }

    /** What tells a directory from another of its name, where the system has that. */
    private static @Nullable Object keyOf(Path directory) {
        try {
            return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            logger.debug("{} is not there", directory, e);
            return null;
        }
    }

    /** Waits for the contract to be written again, if it is. */
    void join(long timeoutMs) {
        DaemonThread thread = contractThread;
        if (thread != null) {
            thread.join(timeoutMs);
        }
    }

    private void warn() {
        if (!warned) {
            warned = true;
            logger.warn(
                    "{} was deleted while it was open, and was made again: the rows in it are lost"
                            + " to later runs, new ones are written",
                    paths.segments());
        }
    }

    /** What identifies the filesystem of a path, or of the nearest directory above that exists. */
    private static @Nullable Object filesystemOf(Path path) {
        Path existing = path.toAbsolutePath();
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing.getFileSystem().supportedFileAttributeViews().contains("unix")
                    ? Files.getAttribute(existing, "unix:dev")
                    : Files.getFileStore(existing);
        } catch (IOException | RuntimeException e) {
            logger.debug("the filesystem of {} is not known", existing, e);
            return null;
        }
    }
}
