package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.IndexSnapshot;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.ChangedFileException;
import io.github.djlcachex.internal.segment.ContractJson;
import io.github.djlcachex.internal.segment.DeletedFileException;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Snapshots lists the committed rows of a store at one instant. Safe for use by many threads.
 *
 * <p>A row is in the snapshot if the index leads to it: so each key is there once. The monitor of
 * {@link Catalog} is held meanwhile, so that no key moves from a file that is not looked at yet to
 * one that was. Puts go on; their rows are in no file that is looked at.
 */
final class Snapshots {

    private final Storage storage;
    private final Generation generation;
    private final Catalog catalog;
    private final SourceTable sources;
    private final SnapshotGuard guard;

    Snapshots(
            Storage storage,
            Generation generation,
            Catalog catalog,
            SourceTable sources,
            SnapshotGuard guard) {
        this.storage = storage;
        this.generation = generation;
        this.catalog = catalog;
        this.sources = sources;
        this.guard = guard;
    }

    /** Lists the directory, and then the rows of all files. */
    StoreSnapshot take() throws IOException {
        catalog.refresh();
        Generation.State state = generation.agreed();
        if (state == null) {
            return StoreSnapshot.NOTHING;
        }
        try {
            return take(state);
        } catch (DeletedFileException e) {
            guard.letGoOfDeleted();
            return take(state);
        }
    }

    private StoreSnapshot take(Generation.State state) throws IOException {
        return guard.retryIfIncomplete(
                state,
                () -> {
                    synchronized (catalog) {
                        return list(state);
                    }
                });
    }

    private StoreSnapshot list(Generation.State state) throws IOException {
        String contract = ContractJson.encode(state.contract());
        IdentityHashMap<RowSource, Integer> numbers = sources.numbers();
        Map<SegmentFile, SnapshotFile> files = new LinkedHashMap<>();
        for (SegmentFile file : catalog.files()) {
            Integer number = numbers.get(file);
            if (number != null) {
                SnapshotFile listed = list(state, contract, file, number);
                if (listed.rows() > 0) {
                    files.put(file, listed);
                }
            }
        }
        return new StoreSnapshot(this, state, catalog.givenUp(), files);
    }

    private SnapshotFile list(Generation.State state, String contract, SegmentFile file, int number)
            throws IOException {
        try {
            long bytes = file.facts().fileBytes();
            ChosenRows chosen =
                    catalog.removals().servesAllRows(file) && state.index().hasRoom()
                            ? ChosenRows.all(file.rows())
                            : served(state.index(), file, number);
            return SnapshotFile.of(storage, contract, file, bytes, chosen);
        } catch (DeletedFileException e) {
            throw e;
        } catch (ChangedFileException | CorruptFileException e) {
            return SnapshotFile.damaged(storage, contract, file, e);
        }
    }

    /** The rows that their keys lead to; one that was found damaged is one of them. */
    private ChosenRows served(RowIndex index, SegmentFile file, int number) throws IOException {
        Keys keys = file.readKeys();
        BitSet served = new BitSet();
        for (int row = 0; row < keys.size(); row++) {
            long address = Address.of(number, row);
            served.set(row, leadsTo(index, keys, row, address) && sources.isPresent(address));
        }
        checkReadable(index);
        return ChosenRows.of(served, file.rows());
    }

    /** A string key is compared in a file only if the first entry of its hash leads elsewhere. */
    private static boolean leadsTo(RowIndex index, Keys keys, int row, long address) {
        return index.candidate(keys, row) == address || index.find(keys, row) == address;
    }

    /** Rows that are misses for a while must not be missing in a snapshot. */
    private static void checkReadable(RowIndex index) throws IOException {
        IndexSnapshot covering = index.snapshot();
        if (covering != null && covering.unreadable()) {
            throw new IOException("the index snapshot cannot be read now");
        }
    }

    /** Finds where keys lead now. */
    long[] find(Generation.State state, Keys keys) throws IOException {
        state.check(generation.subject(), keys.type());
        return guard.retryIfIncomplete(
                state,
                () -> {
                    long[] addresses = new long[keys.size()];
                    Arrays.setAll(addresses, position -> state.index().find(keys, position));
                    checkReadable(state.index());
                    return addresses;
                });
    }

    /** The source that an address leads to, or null if it leads nowhere. */
    @Nullable RowSource source(long address) {
        return address == Address.NONE ? null : sources.get(address);
    }

    /**
     * Tells whether files were given up since a snapshot, so that keys of theirs lead elsewhere.
     */
    boolean hasGivenUpSince(int givenUp) {
        return catalog.givenUp() != givenUp;
    }
}
