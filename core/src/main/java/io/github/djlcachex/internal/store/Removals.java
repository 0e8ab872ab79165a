package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.Tombstone;
import io.github.djlcachex.row.Keys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The removal of rows from the index and the memory tier, as the tombstones say.
 *
 * <p>A row is marked in its file where the index leads to it: by its entry on the heap, and by the
 * one in the snapshot that this may hide. So it stays a miss when entries of the heap go. Whatever
 * adds keys to the index later asks {@link Tombstones#deadIn}. The caller holds the monitor of
 * {@link Catalog}.
 */
final class Removals {

    /** A file that names more of them was forged. */
    private static final int MAX_NAMED = 100_000;

    private final Generation generation;
    private final Tombstones tombstones;
    private final SourceTable sources;
    private final SegmentIndexer indexer;
    private final OtherCopies otherCopies;
    private final List<Tombstone> incomplete = new ArrayList<>();

    Removals(
            Generation generation,
            Tombstones tombstones,
            SourceTable sources,
            SegmentIndexer indexer,
            OtherCopies otherCopies) {
        this.generation = generation;
        this.tombstones = tombstones;
        this.sources = sources;
        this.indexer = indexer;
        this.otherCopies = otherCopies;
    }

    /**
     * Tells whether the index leads to every row of a file, as far as is known without its keys.
     */
    boolean servesAllRows(SegmentFile file) {
        return !file.suspect() // whose bad rows may be in another file by now
                && !indexer.hiding().contains(file)
                && tombstones.deadIn(file) == DeadRows.NONE;
    }

    /** Applies the tombstones that are new in the directory. */
    void refresh() throws IOException {
        Generation.State state = generation.state();
        if (state == null) {
            return;
        }
        tombstones.readNew(state.contract(), this::learn);
        List<Tombstone> due = List.copyOf(incomplete);
        if (!due.isEmpty() && sources.outage().any()) {
            sources.openUnreadable();
        }
        due.forEach(this::apply);
    }

    private void learn(Tombstone tombstone) {
        incomplete.add(tombstone);
        forgetInMemory(tombstone.keys());
    }

    /**
     * Applies the tombstones that are new in the directory, and of some names those that no listing
     * has shown, as far as they are there.
     *
     * @throws IOException if one of them cannot be read now
     */
    List<KnownTombstone> load(SegmentRanges named) throws IOException {
        refresh();
        Generation.State state = generation.state();
        List<SegmentName> names =
                named.names(MAX_NAMED)
                        .orElseThrow(() -> new IOException("more tombstones than can be read"));
        for (SegmentName name : names) {
            if (state != null && !tombstones.knows(name)) {
                tombstones.read(name, state.contract()).ifPresent(this::applyOwn);
                checkKnownOrGone(name);
            }
        }
        if (tombstones.waits()) {
            throw new IOException("a tombstone cannot be read now");
        }
        if (!incomplete.isEmpty()) {
            throw new IOException("a file whose rows a tombstone may remove cannot be read now");
        }
        return tombstones.known();
    }

    /** One that is damaged here may be whole elsewhere: who copies rows cannot go by it. */
    private void checkKnownOrGone(SegmentName name) throws IOException {
        if (!tombstones.knows(name) && tombstones.isListed(name)) {
            throw new IOException("the tombstone " + name + " cannot be read");
        }
    }

    /** The tombstones that are known. Needs no monitor. */
    List<Tombstone> all() {
        return tombstones.all();
    }

    /** Tells whether a tombstone waits for a file that cannot be read now. */
    boolean waits() {
        return tombstones.waits() || !incomplete.isEmpty();
    }

    /** Takes a tombstone that this process has just written; returns how many rows it killed. */
    int applyOwn(Tombstone tombstone) {
        tombstones.add(tombstone);
        int killed = apply(tombstone);
        forgetInMemory(tombstone.keys());
        return killed;
    }

    private int apply(Tombstone tombstone) {
        Predicate<SegmentFile> isTouched = touched(tombstone);
        int killed = indexer.kill(tombstone.keys(), isTouched);
        forgetInMemory(tombstone.keys(), isTouched);
        if (killed > 0) {
            otherCopies.takeOverRemoved(isTouched);
        }
        incomplete.remove(tombstone);
        if (mayHaveMissed()) {
            incomplete.add(tombstone);
        }
        return killed;
    }

    /** String keys of a file that cannot be read match nothing, nor do keys of the snapshot. */
    private boolean mayHaveMissed() {
        Generation.State state = generation.state();
        return sources.outage().any() || (state != null && state.index().uncertain());
    }

    /** After the marks were set: who reads a row into the tier looks at the mark again. */
    private void forgetInMemory(Keys keys, Predicate<SegmentFile> isTouched) {
        Generation.State state = generation.state();
        for (int i = 0; state != null && i < keys.size(); i++) {
            state.tier().removeFrom(isTouched, keys, i);
        }
    }

    /** What no file has, such as rows that could not be written, goes when a removal is learned. */
    private void forgetInMemory(Keys keys) {
        Generation.State state = generation.state();
        for (int i = 0; state != null && i < keys.size(); i++) {
            state.tier().remove(keys, i);
        }
    }

    /** Marks the rows to which a snapshot leads that has just been attached. */
    void applyToSnapshot() {
        tombstones.all().forEach(this::apply);
    }

    /** What a file is derived from is asked of it once. */
    private static Predicate<SegmentFile> touched(Tombstone tombstone) {
        Map<SegmentFile, Boolean> known = new HashMap<>();
        return file -> known.computeIfAbsent(file, f -> Tombstones.touches(tombstone, f));
    }

    void clear() {
        tombstones.clear();
        incomplete.clear();
    }
}
