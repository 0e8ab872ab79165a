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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private final long expireAfterMs;
    private final Map<Object, TracedRow> found = new HashMap<>();
    private final List<KnownTombstone> tombstones = new ArrayList<>();
    private Optional<TracedRow> unread = Optional.empty();

    RowTracer(Storage storage, StorePaths paths, Generation generation, long expireAfterMs) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
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
        if (generation.discover()) {
            readTombstones();
            for (String file : storage.list(paths.segments())) {
                SegmentName.parse(file, SegmentName.COMMITTED).ifPresent(this::traceIn);
            }
        }
        List<TracedRow> rows = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            TracedRow onDisk = found.getOrDefault(keys.getObject(i), neverStored());
            rows.add(verdict(onDisk, Arrays.binarySearch(missing, i) < 0));
        }
        return rows;
    }

    private static TracedRow neverStored() {
        return new TracedRow(RowState.NEVER_STORED, Optional.empty(), "no file has it");
    }

    private TracedRow verdict(TracedRow onDisk, boolean known) {
        if (known && onDisk.state().compareTo(RowState.EXPIRED) > 0) {
            return onDisk.state() == RowState.DAMAGED
                    ? onDisk
                    : new TracedRow(
                            RowState.IN_MEMORY, Optional.empty(), "it is in this process's memory");
        }
        return onDisk.state() == RowState.NEVER_STORED ? unread.orElse(onDisk) : onDisk;
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
                    unread(path, e);
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

    private void unread(Path path, Exception e) {
        unread =
                Optional.of(
                        TracedRow.of(
                                RowState.UNKNOWN,
                                path,
                                "a file that cannot be read may have it: " + e));
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
            unread(path, e);
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
