package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The files that a store skipped, and what they looked like then.
 *
 * <p>Through the attribute cache of a network filesystem a file may be seen before its last bytes,
 * and looks truncated. So one that looks otherwise than when it was skipped is tried again. The
 * caller holds a lock.
 */
final class SkippedFiles {

    /**
     * What a file looks like without reading it.
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

    /** What a file looks like now; it is opened, since that asks many filesystems anew. */
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

    /** Whether a file was skipped and looks otherwise now. */
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
