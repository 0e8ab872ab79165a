package io.github.djlcachex.interop;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** Stores rows in a cache, and finds those whose id is there with another row. */
final class RowSink {

    private final FeatureCache cache;
    private final boolean compares;
    private @Nullable FlushReport flushed;
    private long storedRows;

    RowSink(FeatureCache cache, boolean compares) {
        this.cache = cache;
        this.compares = compares;
        if (!cache.isWritable()) {
            throw new CacheIoException(
                    Problem.of(
                            "cache " + cache.directory(),
                            "a cache that may store rows",
                            "one that is read-only",
                            "open it for writing, on the rank that writes"));
        }
    }

    @Nullable RowSchema schema() {
        return cache.schema().orElse(null);
    }

    @Nullable KeyType keyType() {
        return cache.keyType().orElse(null);
    }

    long storedRows() {
        return storedRows;
    }

    void put(Keys keys, RowBatch rows) {
        PutResult result = cache.put(keys, rows);
        storedRows += result.stored();
        if (result.declined() > 0) {
            putDeclined(keys, rows);
        }
        if (compares && result.duplicates() > 0) {
            compare(keys, rows);
        }
    }

    /** Rows are declined while too many wait for the disk; after a flush there is room. */
    private void putDeclined(Keys keys, RowBatch rows) {
        cache.flush();
        int[] missing = cache.missing(keys);
        PutResult result = cache.put(keys.select(missing), rows.select(missing));
        storedRows += result.stored();
        if (result.declined() > 0) {
            throw new CacheIoException(
                    Problem.of(
                            "cache " + cache.directory(),
                            "room for the rows",
                            result.declined() + " rows of a chunk were declined",
                            "see the limits of the cache directory, and the log; run it again"));
        }
    }

    private void compare(Keys keys, RowBatch rows) {
        RowBatch expected = cache.rounded(rows);
        RowShapes shapes = cache.shapes(keys).orElse(expected.shapes());
        RowBatch stored = RowBatch.allocateOnHeap(shapes);
        GatherResult gathered = cache.gather(keys, stored);
        boolean[] isMissing = new boolean[keys.size()];
        for (int position : gathered.missing()) {
            isMissing[position] = true;
        }
        for (int i = 0; i < keys.size(); i++) {
            if (!isMissing[i] && !isSame(expected, stored, i)) {
                throw new RowConflictException(
                        Problem.of(
                                "row of id " + keys.getObject(i),
                                "the row that the cache has for this id",
                                "another one",
                                "an id names one row: give it another id, import into another"
                                        + " module, or keep what is there with ExistingRows.KEEP"));
            }
        }
    }

    private static boolean isSame(RowBatch expected, RowBatch stored, int row) {
        if (!expected.shapes().sameRow(row, stored.shapes(), row)) {
            return false;
        }
        for (int c = 0; c < expected.schema().columns().size(); c++) {
            ByteBuffer left = expected.column(c).row(row);
            if (left.mismatch(stored.column(c).row(row)) >= 0) {
                return false;
            }
        }
        return true;
    }

    void flush() {
        if (!cache.isClosed()) {
            flushed = cache.flush();
        }
    }

    void checkFlushed() {
        FlushReport report = flushed;
        if (report == null || !report.isComplete()) {
            throw new CacheIoException(
                    Problem.of(
                            "cache " + cache.directory(),
                            "all rows on disk",
                            String.valueOf(report),
                            "see the log; run the import again when the disk takes rows"));
        }
    }
}
