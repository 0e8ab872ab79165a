package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A StoreSnapshot is the committed rows of a store at one instant, by file. Immutable. */
public final class StoreSnapshot {

    /** Where the rows are, once there are some. */
    private record Origin(Snapshots store, Generation.State state, int givenUp) {}

    static final StoreSnapshot NOTHING = new StoreSnapshot(null, Map.of());

    private final @Nullable Origin origin;
    private final Map<SegmentFile, SnapshotFile> files;

    private StoreSnapshot(@Nullable Origin origin, Map<SegmentFile, SnapshotFile> files) {
        this.origin = origin;
        this.files = files;
    }

    StoreSnapshot(
            Snapshots store,
            Generation.State state,
            int givenUp,
            Map<SegmentFile, SnapshotFile> files) {
        this(new Origin(store, state, givenUp), files);
    }

    /** The files that have a row, by name. */
    public List<SnapshotFile> files() {
        return List.copyOf(files.values());
    }

    /** The columns as users see them. */
    public Optional<RowSchema> schema() {
        return state().map(Generation.State::servedSchema);
    }

    /** The columns as they are stored. */
    public Optional<RowSchema> storedSchema() {
        return state().map(state -> state.contract().schema());
    }

    /** The type of the keys. */
    public Optional<KeyType> keyType() {
        return state().map(state -> state.contract().keyType());
    }

    private Optional<Generation.State> state() {
        return Optional.ofNullable(origin).map(Origin::state);
    }

    /**
     * The rows of some keys. The index tells where they are, unless keys lead to other files since
     * the snapshot was taken: then the keys of the files are read.
     */
    public StoreSnapshot select(Keys keys) throws IOException {
        Origin from = origin;
        return from == null ? this : new StoreSnapshot(from, select(from, keys));
    }

    private Map<SegmentFile, SnapshotFile> select(Origin from, Keys keys) throws IOException {
        boolean moved = from.store.hasGivenUpSince(from.givenUp);
        long[] addresses = from.store.find(from.state, keys);
        Map<SegmentFile, BitSet> wanted = new LinkedHashMap<>();
        BitSet elsewhere = new BitSet();
        for (int position = 0; position < addresses.length; position++) {
            long address = addresses[position];
            if (from.store.source(address) instanceof SegmentFile file && has(file, address)) {
                rowsOf(wanted, file).set(Address.row(address));
            } else {
                elsewhere.set(position, moved || address != Address.NONE);
            }
        }
        if (!elsewhere.isEmpty()) {
            findInFiles(keys.select(elsewhere.stream().toArray()), wanted);
        }
        return chosen(wanted);
    }

    private boolean has(SegmentFile file, long address) {
        SnapshotFile listed = files.get(file);
        return listed != null && listed.chosen().contains(Address.row(address));
    }

    private static BitSet rowsOf(Map<SegmentFile, BitSet> wanted, SegmentFile file) {
        return wanted.computeIfAbsent(file, any -> new BitSet());
    }

    private void findInFiles(Keys keys, Map<SegmentFile, BitSet> wanted) {
        KeySet set = new KeySet(keys);
        files.forEach((file, listed) -> findInFile(set, listed, rowsOf(wanted, file)));
    }

    /** A file whose keys cannot be told any more stays with all its rows, as a reader will find. */
    private static void findInFile(KeySet set, SnapshotFile listed, BitSet wanted) {
        ChosenRows rows = listed.chosen();
        Keys keys;
        try {
            keys = listed.readKeys();
        } catch (CorruptFileException e) {
            for (int row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
                wanted.set(row);
            }
            return;
        }
        for (int row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
            if (set.contains(keys, row)) {
                wanted.set(row);
            }
        }
    }

    private Map<SegmentFile, SnapshotFile> chosen(Map<SegmentFile, BitSet> wanted) {
        Map<SegmentFile, SnapshotFile> chosen = new LinkedHashMap<>();
        files.forEach(
                (file, listed) -> {
                    BitSet rows = wanted.getOrDefault(file, new BitSet());
                    if (!rows.isEmpty()) {
                        ChosenRows some = ChosenRows.of(rows, file.rows());
                        chosen.put(file, listed.with(some));
                    }
                });
        return chosen;
    }
}
