package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Deletions;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.Tombstone;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * TombstoneRemoval deletes the files of tombstones that touch no segment any more.
 *
 * <p>A segment that a compaction or a repair is about to commit may be touched too, and is not
 * listed yet. So nothing is deleted while any temporary file is there. The listing is taken after
 * the tombstones were committed: an hour later, since a network filesystem may show an older one.
 */
final class TombstoneRemoval {

    private static final long MIN_AGE_MS = TimeUnit.HOURS.toMillis(1);

    private final Storage storage;
    private final StorePaths paths;
    private final Catalog catalog;
    private final long nowMs;

    /** Creates the removal; {@code nowMs} is the present time by the clock of the filesystem. */
    TombstoneRemoval(Storage storage, StorePaths paths, Catalog catalog, long nowMs) {
        this.storage = storage;
        this.paths = paths;
        this.catalog = catalog;
        this.nowMs = nowMs;
    }

    /** Deletes what may go. */
    void run() throws IOException {
        List<Tombstone> old = old();
        if (old.isEmpty()) {
            return;
        }
        Set<String> listed = new HashSet<>(storage.list(paths.segments()));
        if (listed.stream().anyMatch(name -> name.endsWith(SegmentName.TEMPORARY))) {
            return;
        }
        listed.addAll(storage.list(paths.damaged())); // a file may be given back
        listed.addAll(storage.list(paths.segments())); // one listing may miss a file at its rename
        Map<String, SegmentFile> served = new HashMap<>();
        catalog.files().forEach(file -> served.put(file.name().committedFile(), file));
        old.removeIf(tombstone -> touchesAny(tombstone, listed, served));
        for (Tombstone tombstone : old) {
            Deletions.deleteUnlessGone(storage, file(tombstone));
        }
        if (!old.isEmpty()) {
            storage.forceDirectory(paths.deletions());
        }
    }

    private Path file(Tombstone tombstone) {
        return paths.deletions().resolve(tombstone.name().committedFile());
    }

    private List<Tombstone> old() throws IOException {
        Set<String> listed = new HashSet<>(storage.list(paths.deletions()));
        List<Tombstone> old = new ArrayList<>();
        for (Tombstone tombstone : catalog.removals().all()) {
            if (listed.contains(tombstone.name().committedFile()) && isOld(file(tombstone))) {
                old.add(tombstone);
            }
        }
        return old;
    }

    private boolean isOld(Path file) throws IOException {
        try {
            return nowMs - storage.lastModifiedMs(file) >= MIN_AGE_MS;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** What a file is derived from that this store does not serve is not known. */
    private static boolean touchesAny(
            Tombstone tombstone, Set<String> listed, Map<String, SegmentFile> served) {
        for (String fileName : listed) {
            if (SegmentName.parse(fileName, SegmentName.COMMITTED).isPresent()) {
                SegmentFile file = served.get(fileName);
                if (file == null || Tombstones.touches(tombstone, file)) {
                    return true;
                }
            }
        }
        return false;
    }
}
