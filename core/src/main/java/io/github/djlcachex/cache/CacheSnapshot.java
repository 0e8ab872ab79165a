package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.StoreSnapshot;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.StaleSnapshotException;

import java.util.List;
import java.util.Optional;

/**
 * A CacheSnapshot is the rows that a {@link FeatureCache} had on disk at one instant, in parts that
 * threads or processes read apart from each other.
 *
 * <pre>{@code
 * for (SnapshotPart part : cache.snapshot().parts()) {
 *     try (SnapshotReader reader = part.open()) {
 *         while (reader.next()) {
 *             export(reader.keys(), reader.rows());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Each key is in exactly one part, also if several writers have stored it. What is stored or
 * removed later does not change the snapshot. It holds no file: one that is deleted meanwhile, by a
 * compaction or an eviction, is a {@link StaleSnapshotException} when its part is opened. Immutable
 * and safe for use by many threads.
 */
public final class CacheSnapshot {

    private final FeatureCache cache;
    private final StoreSnapshot snapshot;
    private final List<SnapshotPart> parts;

    CacheSnapshot(FeatureCache cache, StoreSnapshot snapshot) {
        this.cache = cache;
        this.snapshot = snapshot;
        this.parts = snapshot.files().stream().map(SnapshotPart::new).toList();
    }

    /**
     * Returns the number of rows. A row that is damaged counts until a reader finds it.
     *
     * @return the number of rows, which is that of the keys
     */
    public long rows() {
        return parts.stream().mapToLong(SnapshotPart::rows).sum();
    }

    /**
     * Returns the parts, one a segment file that has a row of the snapshot.
     *
     * @return the parts, in the order of the names of their files
     */
    public List<SnapshotPart> parts() {
        return parts;
    }

    /**
     * Returns the columns of the rows, as {@link FeatureCache#schema} does.
     *
     * @return the columns, or empty if nothing was ever stored
     */
    public Optional<RowSchema> schema() {
        return snapshot.schema();
    }

    /**
     * Returns the columns as they are stored, which are those of {@link SnapshotPart#openStored}: a
     * column that is stored in another precision is of that type, and an INT8 one is followed by
     * its scales; a sparse one is two columns, of the nonzero elements and of their indices.
     *
     * @return the columns, or empty if nothing was ever stored
     */
    public Optional<RowSchema> storedSchema() {
        return snapshot.storedSchema();
    }

    /**
     * Returns the type of the keys.
     *
     * @return the type, or empty if nothing was ever stored
     */
    public Optional<KeyType> keyType() {
        return snapshot.keyType();
    }

    /**
     * Returns the rows of some keys. The index of the cache tells where they are, so that no file
     * is read; but if some of the keys have come to other files since the snapshot was taken, the
     * keys of its files are.
     *
     * @param keys the keys; one that has no row here is left out, and one that is repeated is there
     *     once
     * @return the rows of these keys alone
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws StaleSnapshotException if such a file was deleted
     * @throws CacheIoException if the index or such a file cannot be read
     * @throws CacheClosedException if the cache was closed
     */
    public CacheSnapshot select(Keys keys) {
        cache.openStore();
        return new CacheSnapshot(cache, cache.problems().reading(() -> snapshot.select(keys)));
    }

    @Override
    public String toString() {
        return "CacheSnapshot(" + rows() + " rows in " + parts.size() + " parts)";
    }
}
