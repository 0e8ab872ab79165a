package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Deletions;
import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.Tombstone;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * The tombstones of a generation that this process knows, and which rows they kill.
 *
 * <p>A tombstone stays known after its file went: the file goes once no segment has a row that it
 * kills, so that it kills none. Reading them is for one thread at a time, who holds the monitor of
 * {@link Catalog}; asking is for any.
 */
final class Tombstones {

    private static final Logger logger = LoggerFactory.getLogger(Tombstones.class);

    private final Storage storage;
    private final Path directory;
    private final ConcurrentMap<SegmentName, KnownTombstone> known = new ConcurrentHashMap<>();
    private final Set<String> warned = new HashSet<>();
    private boolean waits;

    Tombstones(Storage storage, Path directory) {
        this.storage = storage;
        this.directory = directory;
    }

    /** Reads the tombstones that are new in the directory, and has each applied. */
    void readNew(Contract generation, Consumer<Tombstone> added) throws IOException {
        waits = false;
        for (String fileName : storage.list(directory)) {
            SegmentName.parse(fileName, SegmentName.COMMITTED)
                    .filter(name -> !known.containsKey(name))
                    .flatMap(name -> read(name, generation))
                    .ifPresent(
                            tombstone -> {
                                add(tombstone);
                                added.accept(tombstone);
                            });
        }
    }

    /**
     * Reads a tombstone that no listing has shown yet.
     *
     * @return empty if its file is gone, or is no tombstone of the generation
     */
    Optional<Tombstone> read(SegmentName name, Contract generation) {
        Path path = directory.resolve(name.committedFile());
        try {
            return Optional.of(Tombstone.read(storage, path, name, generation));
        } catch (NoSuchFileException e) {
            logger.debug("{} is gone", path, e);
        } catch (CorruptFileException | UnsupportedFormatException | NotRegularFileException e) {
            warnOnce(path, "is passed over; rows that it removed may be served", e);
        } catch (IOException e) {
            waits = true;
            warnOnce(path, "cannot be read now; rows that it removes are served until it can", e);
        }
        return Optional.empty();
    }

    private void warnOnce(Path path, String what, Exception e) {
        if (warned.add(path.getFileName() + what)) {
            logger.warn("the tombstone {} {}: {}", path, what, e.toString());
        }
    }

    /** Tells whether the file of a tombstone is there. */
    boolean isListed(SegmentName name) throws IOException {
        return storage.list(directory).contains(name.committedFile());
    }

    /** Takes a tombstone that this process has just written, or read. */
    void add(Tombstone tombstone) {
        known.put(tombstone.name(), new KnownTombstone(tombstone));
    }

    /** Tells whether one that is listed could not be read. */
    boolean waits() {
        return waits;
    }

    boolean knows(SegmentName name) {
        return known.containsKey(name);
    }

    List<KnownTombstone> known() {
        return List.copyOf(known.values());
    }

    List<Tombstone> all() {
        return known.values().stream().map(KnownTombstone::tombstone).toList();
    }

    /** The rows of a file that are dead. */
    DeadRows deadIn(SegmentFile file) {
        return known.isEmpty()
                ? DeadRows.NONE
                : KnownTombstone.deadRows(known(), tombstone -> touches(tombstone, file));
    }

    /**
     * Tells whether a tombstone touches a file. What a file is derived from may not be readable
     * now: then its rows are taken for dead, since a miss is no wrong row.
     */
    static boolean touches(Tombstone tombstone, SegmentFile file) {
        if (tombstone.covers().contains(file.name())) {
            return true;
        }
        try {
            return tombstone.touches(file.name(), file.lineage());
        } catch (IOException | CorruptFileException e) {
            logger.debug("what {} is derived from is not known now", file.path(), e);
            return true;
        }
    }

    /** Deletes the files of all, after all segments were deleted. */
    void deleteAll() throws IOException {
        List<String> listed = storage.list(directory);
        for (String fileName : listed) {
            if (SegmentName.parse(fileName, SegmentName.COMMITTED).isPresent()) {
                Deletions.deleteUnlessGone(storage, directory.resolve(fileName));
            }
        }
        if (!listed.isEmpty()) {
            storage.forceDirectory(directory);
        }
    }

    /** Forgets all, after all segments were deleted. */
    void clear() {
        known.clear();
        warned.clear();
        waits = false;
    }
}
