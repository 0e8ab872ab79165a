package io.github.djlcachex.interop.internal.export;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A StagingLock is a locked file beside a staging directory, which tells other exports that the
 * directory is in use. The system frees the lock of a process that dies, so that the next export of
 * the same target can delete what a killed one left.
 */
final class StagingLock implements Closeable {

    /*
     * The lock is taken before its directory is made and given back after the directory is gone or
     * moved: a directory whose lock is free has no owner. A directory without a lock file is left
     * alone, and so is what cannot be deleted: the next export tries again.
     */

    private static final String SUFFIX = ".lock";
    private static final int UUID_CHARS = 36;

    private final Path file;
    private final FileChannel channel;

    private StagingLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes the lock of a directory that is not there yet. */
    static StagingLock of(Path directory) throws IOException {
        Path file = directory.resolveSibling(directory.getFileName() + SUFFIX);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try {
            channel.lock();
        } catch (IOException e) {
            Files.delete(file); // a filesystem without locks: nobody may delete the directory
        }
        return new StagingLock(file, channel);
    }

    private static @Nullable StagingLock take(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        boolean isLocked = false;
        try {
            isLocked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            isLocked = false; // an export of this process has it
        } finally {
            if (!isLocked) {
                channel.close();
            }
        }
        return isLocked ? new StagingLock(file, channel) : null;
    }

    /** Deletes the directories that killed exports of a target left in its directory. */
    static void deleteAbandoned(Path parent, String targetName) throws IOException {
        String start = "." + targetName + ".";
        List<Path> locks;
        try (Stream<Path> listed = Files.list(parent)) {
            locks = listed.filter(file -> isLock(file, start)).toList();
        }
        for (Path lock : locks) {
            try {
                deleteAbandoned(lock);
            } catch (IOException e) {
                // It is of another user, or was deleted meanwhile.
            }
        }
    }

    private static boolean isLock(Path file, String start) {
        String name = String.valueOf(file.getFileName());
        if (!name.startsWith(start) || !name.endsWith(SUFFIX)) {
            return false;
        }
        int end = name.length() - SUFFIX.length();
        if (end - start.length() != UUID_CHARS) {
            return false;
        }
        String id = name.substring(start.length(), end);
        try {
            return UUID.fromString(id).toString().equals(id);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void deleteAbandoned(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        Path directory = file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()));
        if (!Files.isDirectory(directory)) {
            return; // its export is about to make it, or has just moved it
        }
        StagingLock lock = take(file);
        if (lock != null) {
            try (lock) {
                Staging.delete(directory);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
