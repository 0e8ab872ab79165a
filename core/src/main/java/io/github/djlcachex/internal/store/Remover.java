package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.SegmentDraft;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.Tombstone;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The removal of rows by key, for all processes.
 *
 * <p>Order: what this process accepted is written, so that it is in a segment; the directory is
 * listed; the tombstone that names these segments is committed, from when on the rows are removed;
 * this process applies it. A crash before the commit removes nothing. A row that somebody puts
 * meanwhile is in no segment that the tombstone names, and stays.
 */
final class Remover {

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final Catalog catalog;
    private final IndexUpdater rows;
    private final SourceTable sources;
    private final RefusedRows refused;
    private final Runnable flush;
    private final WriterId writer = WriterId.draw();
    private long sequence;

    /** Creates the remover; {@code flush} waits until no row waits to be written. */
    Remover(
            Storage storage,
            StorePaths paths,
            Generation generation,
            Catalog catalog,
            IndexUpdater rows,
            SourceTable sources,
            RefusedRows refused,
            Runnable flush) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.catalog = catalog;
        this.rows = rows;
        this.sources = sources;
        this.refused = refused;
        this.flush = flush;
    }

    /** Removes the rows of some keys, or counts them in a dry run. */
    HygieneCounts remove(Keys keys, boolean dryRun) throws IOException {
        HygieneCounts.Account account = HygieneCounts.of("remove", dryRun);
        Generation.State state = agreed(keys);
        if (state == null || keys.size() == 0) {
            return account.end();
        }
        synchronized (refused.putting()) { // else refused rows are put again after the flush
            flush.run();
            synchronized (catalog) {
                catalog.refresh();
                catalog.files().forEach(file -> account.seen(1, file.rows(), 0));
                if (dryRun) {
                    account.removed(0, present(state, keys), 0);
                } else {
                    List<Tombstone> tombstones = commit(state.contract(), keys, account);
                    account.removed(0, apply(tombstones), 0);
                }
            }
        }
        return account.end();
    }

    /**
     * Removes the rows of some keys and puts others in their place, before any other thread puts
     * one of these keys.
     */
    PutCounts replace(Keys keys, Supplier<PutCounts> put) throws IOException {
        Generation.State state = agreed(keys);
        if (state == null || keys.size() == 0) {
            return put.get();
        }
        synchronized (refused.putting()) {
            synchronized (catalog) {
                catalog.refresh();
                rows.lock().lock(); // before the flush: a row that is put after it would stay
                try {
                    flush.run();
                    HygieneCounts.Account account = HygieneCounts.of("replace", false);
                    apply(commit(state.contract(), keys, account));
                    return put.get();
                } finally {
                    rows.lock().unlock();
                }
            }
        }
    }

    private Generation.@Nullable State agreed(Keys keys) throws IOException {
        generation.discover();
        Generation.State state = generation.agreed();
        if (state != null) {
            state.check(generation.subject(), keys.type());
        }
        return state;
    }

    private long present(Generation.State state, Keys keys) {
        return IntStream.range(0, keys.size())
                .filter(position -> sources.isPresent(state.index().find(keys, position)))
                .count();
    }

    private int apply(List<Tombstone> tombstones) {
        return tombstones.stream().mapToInt(catalog.removals()::applyOwn).sum();
    }

    /**
     * The names of all segments that the directory has, also of those that are put aside, and of
     * those that this process still serves, though another one has deleted them.
     */
    private SegmentRanges listedNames() throws IOException {
        Set<String> fileNames = new HashSet<>(storage.list(paths.segments()));
        catalog.files().forEach(file -> fileNames.add(file.name().committedFile()));
        fileNames.addAll(storage.list(paths.damaged()));
        fileNames.addAll(storage.list(paths.segments())); // a repair may give a file back
        return SegmentRanges.of(
                fileNames.stream()
                        .flatMap(name -> SegmentName.parse(name, SegmentName.COMMITTED).stream())
                        .toList());
    }

    /** Commits the tombstones, on disk. */
    private List<Tombstone> commit(Contract contract, Keys keys, HygieneCounts.Account account)
            throws IOException {
        SegmentRanges covers = listedNames();
        storage.createDurably(paths.deletions());
        SegmentWriter segments = new SegmentWriter(storage, paths.deletions(), true);
        List<Tombstone> tombstones = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += Tombstone.MAX_KEYS) {
            int to = Math.min(keys.size(), from + Tombstone.MAX_KEYS);
            Keys some = keys.select(IntStream.range(from, to).toArray());
            SegmentName name = new SegmentName(writer, sequence++);
            try (SegmentDraft draft = segments.begin(name)) {
                SegmentWriter.Committed committed =
                        draft.commitTombstone(
                                Tombstone.segment(some, contract),
                                System.currentTimeMillis(),
                                covers);
                account.written(1, some.size(), committed.fileBytes());
            }
            tombstones.add(new Tombstone(name, some, covers));
        }
        return tombstones;
    }
}
