package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.SnapshotPart;
import io.github.djlcachex.cache.SnapshotReader;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** StoredRows are rows that a command reads, in batches, and what it could not read. */
final class StoredRows {

    /** Gets the rows, one by one. */
    interface Reader {
        void row(Keys keys, RowBatch rows, int row) throws IOException;
    }

    private interface Source {
        void read(Reader reader) throws IOException;
    }

    private static final int BATCH = 256;

    private final Source source;
    private final List<String> problems = new ArrayList<>();

    private StoredRows(FeatureCache cache, long first) {
        this.source = reader -> readFirst(cache.snapshot(), first, reader);
    }

    private StoredRows(FeatureCache cache, Keys keys) {
        this.source = reader -> readKeys(cache, keys, reader);
    }

    /** The first rows in the order of the files. */
    static StoredRows first(FeatureCache cache, long rows) {
        return new StoredRows(cache, rows);
    }

    /** The rows of some ids, in their order. */
    static StoredRows of(FeatureCache cache, Keys keys) {
        return new StoredRows(cache, keys);
    }

    void read(Reader reader) throws IOException {
        source.read(reader);
    }

    /** What could not be read, a line each, escaped; complete after the reading. */
    List<String> problems() {
        return problems;
    }

    private void readFirst(CacheSnapshot snapshot, long first, Reader reader) throws IOException {
        long left = first;
        for (SnapshotPart part : snapshot.parts()) {
            if (left > 0) {
                left = readFirst(part, left, reader);
            }
        }
    }

    private long readFirst(SnapshotPart part, long first, Reader reader) throws IOException {
        long left = first;
        try (SnapshotReader rows = part.open()) {
            while (left > 0 && rows.next()) {
                for (int row = 0; row < rows.keys().size() && left > 0; row++, left--) {
                    reader.row(rows.keys(), rows.rows(), row);
                }
            }
            if (rows.damagedRows() > 0) {
                problems.add(
                        Escapes.line(part.file().toString())
                                + ": "
                                + Figures.count(rows.damagedRows(), "damaged row")
                                + " left out");
            }
        }
        return left;
    }

    private void readKeys(FeatureCache cache, Keys keys, Reader reader) throws IOException {
        for (int from = 0; from < keys.size(); from += BATCH) {
            int to = Math.min(keys.size(), from + BATCH);
            readBatch(cache, keys.select(IntStream.range(from, to).toArray()), reader);
        }
    }

    private void readBatch(FeatureCache cache, Keys keys, Reader reader) throws IOException {
        RowBatch rows = RowBatch.allocateOnHeap(cache.shapes(keys).orElseThrow());
        Set<Integer> missing = new HashSet<>();
        for (int position : cache.gather(keys, rows).missing()) {
            missing.add(position);
        }
        for (int row = 0; row < keys.size(); row++) {
            if (missing.contains(row)) {
                problems.add("no row has the id " + Ids.text(keys, row));
            } else {
                reader.row(keys, rows, row);
            }
        }
    }
}
