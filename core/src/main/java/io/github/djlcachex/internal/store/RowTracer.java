package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.RowState;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.Tombstone;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out what became of the rows of some keys.
 *
 * <p>It opens every listed segment and tombstone anew, apart from what this process has open, and
 * changes nothing. It holds in memory the keys of one segment, and those of the tombstones.
 */
final class RowTracer {

    private static final Logger logger = LoggerFactory.getLogger(RowTracer.class);

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final SourceTable sources;
    private final long expireAfterMs;
    private final Map<Object, TracedRow> found = new HashMap<>();
    private final List<KnownTombstone> tombstones = new ArrayList<>();
    private final Map<SegmentName, TracedRow> unreadSegments = new LinkedHashMap<>();
    private final List<TracedRow> unreadTombstones = new ArrayList<>();

    RowTracer(
            Storage storage,
            StorePaths paths,
            Generation generation,
            SourceTable sources,
            long expireAfterMs) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.sources = sources;
        this.expireAfterMs = expireAfterMs;
    }

    /**
     * Traces keys.
     *
     * @param missing the positions of the keys that the index has no row of, ascending
     */
    List<TracedRow> trace(Keys keys, int[] missing) throws IOException {
        for (int i = 0; i < keys.size(); i++) {
            found.put(keys.getObject(i), neverStored());
        }
        BitSet inMemory =
                inMemory(keys); // before the files are listed: it may be flushed meanwhile
        if (generation.discover()) {
            readTombstones();
            for (String file : storage.list(paths.segments())) {
                SegmentName.parse(file, SegmentName.COMMITTED).ifPresent(this::traceIn);
            }
        }
        List<TracedRow> rows = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            TracedRow onDisk = found.getOrDefault(keys.getObject(i), neverStored());
            boolean known = Arrays.binarySearch(missing, i) < 0;
            rows.add(known ? known(onDisk, inMemory.get(i)) : unknown(onDisk, keys, i));
        }
        return rows;
    }

    private static TracedRow neverStored() {
        return new TracedRow(RowState.NEVER_STORED, Optional.empty(), "no file has it");
    }

    /** The keys whose row is in the memory tier, or waits to be written. */
    private BitSet inMemory(Keys keys) {
        BitSet inMemory = new BitSet(keys.size());
        Generation.State state = generation.state();
        if (state != null) {
            MemoryTier.Search tier = state.tier().search(keys);
            for (int i = 0; i < keys.size(); i++) {
                inMemory.set(i, tier.contains(i) || isWaiting(state.index().find(keys, i)));
            }
        }
        return inMemory;
    }

    private boolean isWaiting(long address) {
        return sources.isPresent(address) && !sources.isOnDisk(address);
    }

    /** The verdict on a key that the index has a row of. */
    private TracedRow known(TracedRow onDisk, boolean inMemory) {
        if (onDisk.state().compareTo(RowState.DAMAGED) <= 0) {
            return onDisk;
        }
        return inMemory
                ? new TracedRow(
                        RowState.IN_MEMORY, Optional.empty(), "it is in this process's memory")
                : unread().orElseGet(RowTracer::gone);
    }

    private static TracedRow gone() {
        return new TracedRow(
                RowState.UNKNOWN, Optional.empty(), "it was stored, but its file is gone");
    }

    /** The verdict on a key that the index has no row of. */
    private TracedRow unknown(TracedRow onDisk, Keys keys, int position) {
        return switch (onDisk.state()) {
            case NEVER_STORED -> unread().orElse(onDisk);
            case REMOVED -> newerThanRemoval(keys, position).orElse(onDisk);
            default -> onDisk;
        };
    }

    private Optional<TracedRow> unread() {
        return Stream.concat(unreadSegments.values().stream(), unreadTombstones.stream())
                .findFirst();
    }

    /** A file that cannot be read, and that no removal of a key was made for. */
    private Optional<TracedRow> newerThanRemoval(Keys keys, int position) {
        return unreadSegments.entrySet().stream()
                .filter(file -> !isRemovedFrom(file.getKey(), keys, position))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private boolean isRemovedFrom(SegmentName file, Keys keys, int position) {
        return tombstones.stream()
                .anyMatch(
                        one ->
                                one.tombstone().covers().contains(file)
                                        && one.keys().contains(keys, position));
    }

    private void readTombstones() throws IOException {
        for (String fileName : storage.list(paths.deletions())) {
            Optional<SegmentName> name = SegmentName.parse(fileName, SegmentName.COMMITTED);
            Generation.State state = generation.state();
            if (name.isPresent() && state != null) {
                Path path = paths.deletions().resolve(fileName);
                try {
                    add(path, Tombstone.read(storage, path, name.get(), state.contract()));
                } catch (NoSuchFileException e) {
                    logger.debug("{} is gone: it killed nothing any more", path, e);
                } catch (CorruptFileException | UnsupportedFormatException | IOException e) {
                    unreadTombstones.add(unread(path, e));
                }
            }
        }
    }

    private void add(Path path, Tombstone tombstone) {
        tombstones.add(new KnownTombstone(tombstone));
        TracedRow removed = TracedRow.of(RowState.REMOVED, path, "it was removed");
        Keys keys = tombstone.keys();
        for (int i = 0; i < keys.size(); i++) {
            found.computeIfPresent(keys.getObject(i), (key, row) -> row.orBetter(removed));
        }
    }

    private static TracedRow unread(Path path, Exception e) {
        return TracedRow.of(RowState.UNKNOWN, path, "a file that cannot be read may have it: " + e);
    }

    private void traceIn(SegmentName name) {
        Path path = paths.segments().resolve(name.committedFile());
        try {
            SegmentFile.Opened opened = SegmentFile.open(storage, path, name, false);
            try (SegmentFile file = opened.file()) {
                if (generation.accepts(file.contract())) {
                    traceIn(file, opened.keys());
                }
            }
        } catch (NoSuchFileException e) {
            logger.debug("{} is gone: it was compacted or cleared meanwhile", path, e);
        } catch (CorruptFileException | UnsupportedFormatException | IOException e) {
            unreadSegments.put(name, unread(path, e));
        }
    }

    private void traceIn(SegmentFile file, Keys keys) throws IOException {
        DeadRows dead = KnownTombstone.deadRows(tombstones, one -> Tombstones.touches(one, file));
        boolean expired =
                expireAfterMs > 0
                        && file.facts().oldestRowMs() <= System.currentTimeMillis() - expireAfterMs;
        for (int row = 0; row < keys.size(); row++) {
            Object key = keys.getObject(row);
            TracedRow before = found.get(key);
            if (before != null && !dead.isDead(keys, row)) {
                found.put(key, before.orBetter(copy(file, keys, row, expired)));
            }
        }
    }

    private static TracedRow copy(SegmentFile file, Keys keys, int row, boolean expired)
            throws IOException {
        if (!RowScan.isIntact(file, keys, row)) {
            return TracedRow.of(
                    RowState.DAMAGED,
                    file.path(),
                    "row " + row + " of its file is not what was written");
        }
        String written = "written at " + Instant.ofEpochMilli(file.facts().oldestRowMs());
        return expired
                ? TracedRow.of(RowState.EXPIRED, file.path(), "it is too old: " + written)
                : TracedRow.of(RowState.STORED, file.path(), written);
    }
}
