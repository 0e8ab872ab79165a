package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.SegmentName;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The temporary files of processes that write an index snapshot, or compact, each of which is its
 * writer's claim.
 *
 * <p>A writer that died leaves its claim. It counts as long as its process may run and its file was
 * written to not long before one's own, by the clock of the filesystem, which is the same for both.
 * A writer that is slower than that is only one more: who renames last has the snapshot.
 *
 * @param storage the storage
 * @param directory where the claims are
 */
record SnapshotClaims(Storage storage, Path directory) {

    private static final long SILENT_MS = Duration.ofMinutes(10).toMillis();

    /** Tells whether a process writes, or seems to, whose claim goes before this one. */
    boolean isAnotherFirst(SegmentName claim) throws IOException {
        ProcessIdentity observer = ProcessIdentity.current();
        for (String name : storage.list(directory)) {
            if (name.compareTo(claim.temporaryFile()) < 0 && isHeld(name, claim, observer)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whether a process works, or seems to, whose claim is older than this one. Of claims of
     * one instant the one with the smaller name is.
     */
    boolean isAnotherOlder(SegmentName claim) throws IOException {
        ProcessIdentity observer = ProcessIdentity.current();
        String own = claim.temporaryFile();
        long ownMs = storage.lastModifiedMs(directory.resolve(own));
        for (String name : storage.list(directory)) {
            if (!name.startsWith(claim.writer().toString()) // what a failure left of its own
                    && isHeld(name, claim, observer)
                    && isOlder(name, ownMs, name.compareTo(own) < 0)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOlder(String name, long ownMs, boolean atOneInstant) throws IOException {
        try {
            long ms = storage.lastModifiedMs(directory.resolve(name));
            return ms < ownMs || (ms == ownMs && atOneInstant);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean isHeld(String name, SegmentName claim, ProcessIdentity observer)
            throws IOException {
        boolean mayRun =
                SegmentName.parse(name, SegmentName.TEMPORARY)
                        .map(other -> !other.writer().process().isGone(observer))
                        .orElse(false);
        if (!mayRun) {
            return false;
        }
        try {
            long ownMs = storage.lastModifiedMs(directory.resolve(claim.temporaryFile()));
            return ownMs - storage.lastModifiedMs(directory.resolve(name)) <= SILENT_MS;
        } catch (NoSuchFileException e) {
            return false; // it has just been given up, or taken its name
        }
    }
}
