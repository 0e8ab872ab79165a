package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CacheException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The Expiry tells which segment files have rows that are too old, and deletes them where the store
 * may write. The caller holds the monitor of {@link Catalog}, except where a method says otherwise.
 */
final class Expiry {

    private static final Logger logger = LoggerFactory.getLogger(Expiry.class);

    private final Storage storage;
    private final StorePaths paths;
    private final long ageMs;
    private final Map<String, Long> oldestRowMs = new HashMap<>();
    private final Set<String> waiting = new HashSet<>();
    private volatile LongSupplier clockMs = System::currentTimeMillis;
    private volatile boolean deletes;

    Expiry(Storage storage, StorePaths paths, long ageMs) {
        this.storage = storage;
        this.paths = paths;
        this.ageMs = ageMs;
    }

    /** Tells whether rows expire at all. Needs no monitor. */
    boolean isOn() {
        return ageMs > 0;
    }

    /** Deletes expired files from now on. Needs no monitor. */
    void enableDeletion() {
        deletes = true;
    }

    /** Replaces the clock. Needs no monitor. */
    void clock(LongSupplier newClockMs) {
        clockMs = newClockMs;
    }

    /**
     * Has the store let go of the files whose rows are too old, and deletes them if it may. The
     * names of those that stay on disk stay known, so that no refresh opens them again.
     *
     * @param files the files of the store
     * @param letGo takes the names of those to let go of
     * @return the names of those that are gone from the disk
     */
    Set<String> refresh(Collection<SegmentFile> files, Consumer<Set<String>> letGo) {
        Set<SegmentFile> expired = expired(files);
        if (!expired.isEmpty()) {
            Set<String> names = new HashSet<>();
            expired.forEach(file -> names.add(file.name().committedFile()));
            letGo.accept(names);
            waiting.addAll(names);
        }
        return delete();
    }

    /** Returns the files whose rows are too old. */
    private Set<SegmentFile> expired(Collection<SegmentFile> files) {
        Set<SegmentFile> expired = new HashSet<>();
        if (isOn()) {
            Set<String> names = new HashSet<>();
            for (SegmentFile file : files) {
                names.add(file.name().committedFile());
                if (isExpired(file)) {
                    expired.add(file);
                }
            }
            oldestRowMs.keySet().retainAll(names);
        }
        return expired;
    }

    /** A file that was written in the future has not expired. */
    private boolean isExpired(SegmentFile file) {
        try {
            long writtenMs = oldestRowMs(file);
            long nowMs = clockMs.getAsLong();
            return writtenMs <= nowMs - ageMs;
        } catch (IOException | CacheException e) {
            logger.debug("the age of {} is not known now", file.path(), e);
            return false;
        }
    }

    /** Asked once: of a file that is opened when it is first read the metadata are read apart. */
    private long oldestRowMs(SegmentFile file) throws IOException {
        String name = file.name().committedFile();
        Long known = oldestRowMs.get(name);
        if (known == null) {
            known = file.facts().oldestRowMs();
            oldestRowMs.put(name, known);
        }
        return known;
    }

    /** Deletes what waits for it, if the store may; returns the names of those that are gone. */
    private Set<String> delete() {
        Set<String> gone = new HashSet<>();
        if (!deletes || waiting.isEmpty()) {
            return gone;
        }
        for (String name : waiting) {
            Path file = paths.segments().resolve(name);
            try {
                Discarded.delete(storage, file);
                gone.add(name);
            } catch (NoSuchFileException e) {
                gone.add(name);
            } catch (IOException e) {
                logger.debug("{} has expired and cannot be deleted now", file, e);
            }
        }
        waiting.removeAll(gone);
        if (!gone.isEmpty()) {
            logger.info("deleted {} expired segments in {}", gone.size(), paths.segments());
            force();
        }
        return gone;
    }

    private void force() {
        try {
            storage.forceDirectory(paths.segments());
        } catch (IOException e) { // a file that comes back expires once more
            logger.debug("the deletions in {} are not forced", paths.segments(), e);
        }
    }
}
