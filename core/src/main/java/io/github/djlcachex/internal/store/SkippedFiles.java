package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The files that a store skipped, each with its size and time at that moment.
 *
 * <p>The attribute cache of a network filesystem may show a file without its last bytes, so that it
 * looks truncated. So a file whose stamp has changed since is tried again. The caller holds a lock.
 */
final class SkippedFiles {

    /**
     * The size and time of a file, which need no read.
     *
     * @param sizeBytes its size, or -1 if it cannot be opened
     * @param modifiedMs when it was changed, or -1 if that cannot be read
     */
    record FileStamp(long sizeBytes, long modifiedMs) {}

    private final Storage storage;
    private final Path directory;
    private final Map<String, FileStamp> stamps = new HashMap<>();

    SkippedFiles(Storage storage, Path directory) {
        this.storage = storage;
        this.directory = directory;
    }

    /** The present stamp; opening the file makes many filesystems refresh their attributes. */
    FileStamp stamp(String fileName) {
        Path path = directory.resolve(fileName);
        return new FileStamp(sizeBytes(path), modifiedMs(path));
    }

    private long sizeBytes(Path path) {
        try (ReadableFile file = storage.open(path)) {
            return file.sizeBytes();
        } catch (IOException e) {
            return -1;
        }
    }

    private long modifiedMs(Path path) {
        try {
            return storage.lastModifiedMs(path);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Remembers a file; returns false if it had been skipped before. */
    boolean add(String fileName, FileStamp stamp) {
        return stamps.put(fileName, stamp) == null;
    }

    /** Tells whether a file was skipped and has another stamp now. */
    boolean changed(String fileName) {
        FileStamp skipped = stamps.get(fileName);
        return skipped != null && !skipped.equals(stamp(fileName));
    }

    void remove(String fileName) {
        stamps.remove(fileName);
    }

    void clear() {
        stamps.clear();
    }
}
