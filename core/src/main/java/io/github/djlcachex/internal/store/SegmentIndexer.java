package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Puts the keys of segment files into the index, under the rule for duplicates of each case. */
final class SegmentIndexer {

    private static final Logger logger = LoggerFactory.getLogger(SegmentIndexer.class);

    private final Path generation;
    private final SourceTable sources;
    private final IndexUpdater rows;
    private final Tombstones tombstones;
    private final Set<SegmentFile> hiding = ConcurrentHashMap.newKeySet();
    private volatile boolean warnedIndexFull;

    SegmentIndexer(Path generation, SourceTable sources, IndexUpdater rows, Tombstones tombstones) {
        this.generation = generation;
        this.sources = sources;
        this.rows = rows;
        this.tombstones = tombstones;
    }

    /**
     * The files that may have a row whose key leads to another file. When that one goes, these are
     * read for copies.
     */
    Set<SegmentFile> hiding() {
        return hiding;
    }

    /**
     * Makes a file a source, and adds its keys. A key whose present file has no damaged row keeps
     * that, unless it is one of those that are gone.
     *
     * @param gone the files that this one was made of, if any: it has their rows, but for those
     *     that were removed
     * @param onHiddenCopy called if a key keeps a file that is not open yet
     */
    void addSource(SegmentFile.Opened opened, Set<SegmentFile> gone, Runnable onHiddenCopy) {
        int number = sources.add(opened.file());
        Keys keys = opened.keys();
        DeadRows dead = tombstones.deadIn(opened.file());
        rows.update(
                index -> {
                    for (int row = 0; row < keys.size() && hasRoom(index); row++) {
                        if (dead.isDead(keys, row)) {
                            continue;
                        }
                        long found = index.find(keys, row);
                        if (isToStay(found, gone) && sources.isTrusted(found)) {
                            hiding.add(opened.file());
                            if (sources.isUnopened(found)) {
                                onHiddenCopy.run();
                            }
                        } else {
                            noteHidden(found);
                            rows.putAndCount(index, keys, row, found, Address.of(number, row));
                        }
                    }
                });
        hiding.removeAll(gone);
    }

    private boolean hasRoom(RowIndex index) {
        if (index.hasRoom()) {
            return true;
        }
        if (!warnedIndexFull) {
            warnedIndexFull = true;
            logger.warn(
                    "the index of {} is full with {} rows; the others are misses: use more modules",
                    generation,
                    index.size());
        }
        return false;
    }

    /** Reads the keys of a source, and adds those to the heap that the heap does not have. */
    void addToHeap(SegmentFile file) throws IOException {
        Keys keys = file.readKeys();
        int number = sources.numberOf(file);
        DeadRows dead = tombstones.deadIn(file);
        rows.update(
                index -> {
                    for (int row = 0; row < keys.size() && index.hasRoom(); row++) {
                        long found = index.findOnHeap(keys, row);
                        if (dead.isDead(keys, row)) {
                            file.markRemoved(row); // the snapshot may lead to it
                        } else if (found == Address.NONE) {
                            index.put(keys, row, Address.of(number, row));
                        } else if (!sources.isPresent(found)) {
                            rows.putAndCount(index, keys, row, found, Address.of(number, row));
                        } else if (Address.source(found) != number) {
                            hiding.add(file);
                        }
                    }
                });
    }

    /**
     * Reads the keys of a source, and takes those over from suspect files. A source that is suspect
     * itself takes a key only from a row that cannot be served.
     */
    void preferTo(Set<SegmentFile> suspects, SegmentFile file, int number) throws IOException {
        Keys keys = file.readKeys();
        DeadRows dead = tombstones.deadIn(file);
        rows.update(
                index -> {
                    for (int row = 0; row < keys.size(); row++) {
                        long address = index.find(keys, row);
                        if (isOfAnother(address, file, suspects)
                                && (!file.suspect() || !sources.isReadable(address))
                                && !file.isUnserved(row)
                                && !dead.isDead(keys, row)) {
                            noteHidden(address);
                            index.put(keys, row, Address.of(number, row));
                        }
                    }
                });
    }

    /**
     * Reads the keys of a source, and takes over those that no file leads to but the ones that are
     * gone.
     */
    void takeOver(Set<SegmentFile> gone, SegmentFile file, int number) throws IOException {
        Keys keys = file.readKeys();
        DeadRows dead = tombstones.deadIn(file);
        rows.update(
                index -> {
                    boolean hides = false;
                    for (int row = 0; row < keys.size() && index.hasRoom(); row++) {
                        long found = index.find(keys, row);
                        if (isToStay(found, gone)) {
                            hides |= Address.source(found) != number;
                        } else if (!file.isUnserved(row) && !dead.isDead(keys, row)) {
                            rows.putAndCount(index, keys, row, found, Address.of(number, row));
                        }
                    }
                    if (!hides) {
                        hiding.remove(file);
                    }
                });
    }

    /**
     * Marks the rows of a source that tombstones have killed. Takes no lock, since who holds it may
     * wait for the flusher.
     */
    void killDead(SegmentFile file, Keys keys) {
        DeadRows dead = tombstones.deadIn(file);
        if (dead == DeadRows.NONE) {
            return;
        }
        rows.read(
                index -> {
                    for (int row = 0; row < keys.size(); row++) {
                        if (dead.isDead(keys, row)) {
                            long found = index.find(keys, row);
                            boolean served =
                                    sources.isPresent(found)
                                            && sources.get(found) == file
                                            && Address.row(found) == row;
                            if (file.markRemoved(row) && served) {
                                rows.countLost(1);
                            }
                        }
                    }
                });
    }

    /**
     * Marks the rows of keys as removed where they are in files that a tombstone touches.
     *
     * @return how many keys led to one of them
     */
    int kill(Keys keys, Predicate<SegmentFile> isTouched) {
        int[] killed = new int[1];
        rows.update(
                index -> {
                    for (int position = 0; position < keys.size(); position++) {
                        killed[0] += killServed(index.find(keys, position), isTouched);
                        kill(index.findCovered(keys, position), isTouched);
                        if (sources.outage().any()) {
                            killed[0] += killUnreadable(index, keys, position, isTouched);
                        }
                    }
                });
        return killed[0];
    }

    private int killServed(long address, Predicate<SegmentFile> isTouched) {
        boolean served = sources.isPresent(address);
        if (!kill(address, isTouched) || !served) {
            return 0;
        }
        rows.countLost(1);
        return 1;
    }

    /** String keys of a file that cannot be read now are told by their hash alone. */
    private int killUnreadable(
            RowIndex index, Keys keys, int position, Predicate<SegmentFile> isTouched) {
        long candidate = index.candidate(keys, position);
        int killed = sources.isUnreadable(candidate) ? killServed(candidate, isTouched) : 0;
        long covered = index.coveredCandidate(keys, position);
        if (sources.isUnreadable(covered)) {
            kill(covered, isTouched);
        }
        return killed;
    }

    private boolean kill(long address, Predicate<SegmentFile> isTouched) {
        return address != Address.NONE
                && sources.get(address) instanceof SegmentFile file
                && isTouched.test(file)
                && file.markRemoved(Address.row(address));
    }

    private boolean isToStay(long address, Set<SegmentFile> gone) {
        return sources.isPresent(address)
                && !(sources.get(address) instanceof SegmentFile file && gone.contains(file));
    }

    private void noteHidden(long address) {
        if (sources.isPresent(address) && sources.get(address) instanceof SegmentFile file) {
            hiding.add(file);
        }
    }

    private boolean isOfAnother(long address, SegmentFile file, Set<SegmentFile> suspects) {
        return sources.isPresent(address)
                && sources.get(address) instanceof SegmentFile suspect
                && suspect != file
                && suspects.contains(suspect);
    }
}
