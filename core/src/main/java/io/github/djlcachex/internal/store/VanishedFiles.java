package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Deletions;
import io.github.djlcachex.internal.io.Storage;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The names of this store's files that the directory does not list any more: another process
 * cleared, repaired or compacted.
 *
 * <p>A file has vanished once two looks in a row miss it: two listings, or a listing after a reader
 * found it deleted. One listing alone may be older than a file that this store has just renamed. A
 * directory that is away as a whole, as when its filesystem is not mounted, takes no file with it.
 * For one thread at a time.
 */
final class VanishedFiles {

    private final Storage storage;
    private final Path segments;
    private Set<String> absent = Set.of();

    VanishedFiles(Storage storage, Path segments) {
        this.storage = storage;
        this.segments = segments;
    }

    /**
     * Takes note of a listing.
     *
     * @param known the names of the files that this store has
     * @param listed the names that the directory has
     * @param deleted the names that readers found deleted since the listing before
     * @return the names that have vanished
     */
    Set<String> after(Set<String> known, Set<String> listed, Set<String> deleted) {
        Set<String> absentNow = new HashSet<>(known);
        absentNow.removeAll(listed);
        Set<String> vanished = new HashSet<>(absentNow);
        vanished.removeIf(name -> !absent.contains(name) && !deleted.contains(name));
        if (!vanished.isEmpty() && !isGone(vanished.iterator().next())) {
            return Set.of(); // the next listing tells more
        }
        absentNow.removeAll(vanished);
        absent = absentNow;
        return vanished;
    }

    private boolean isGone(String fileName) {
        return Deletions.isDeleted(storage, segments.resolve(fileName));
    }

    /** Tells whether the last listing missed a file that has not vanished yet. */
    boolean waits() {
        return !absent.isEmpty();
    }
}
