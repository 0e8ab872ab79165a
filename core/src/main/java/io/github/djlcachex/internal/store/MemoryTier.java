package io.github.djlcachex.internal.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

/**
 * Rows by key on the heap, bounded in bytes.
 *
 * <p>It holds what no other memory does: rows that this process may not store, rows that the disk
 * refused, and rows of files that are not mapped. Rows of mapped files are in the page cache.
 *
 * <p>What was read fast evicts nothing. Epochs read every row once, so that what is evicted for a
 * row is as likely to be read next as the row itself, and to keep a row takes about as long as to
 * read it from the page cache.
 */
final class MemoryTier {

    /** The heap that an entry takes besides its row: key, node and references, roughly. */
    static final int ENTRY_BYTES = 96;

    /**
     * A key as the tier has it: what is stored is never set again, what is searched for often is.
     */
    private static final class LongKey implements Comparable<LongKey> {
        private static final long GOLDEN = 0x9E3779B97F4A7C15L;

        private long value;

        LongKey(long value) {
            this.value = value;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof LongKey that && value == that.value;
        }

        /** Spread: that of {@code Long} is zero for all keys like 5 << 32 | 5. */
        @Override
        public int hashCode() {
            return (int) ((value * GOLDEN) >>> Integer.SIZE);
        }

        /** For keys of one hash, among which the map searches by order. */
        @Override
        public int compareTo(LongKey other) {
            return Long.compare(value, other.value);
        }
    }

    /** The search for keys of a batch, by one thread; it makes nothing anew for an int64 key. */
    final class Search {
        private final Keys keys;
        private final LongKey sought = new LongKey(0);

        private Search(Keys keys) {
            this.keys = keys;
        }

        /** Copies a row into a batch, and tells whether it was here in the batch's shape. */
        boolean copy(int position, RowBatch into) {
            byte[] row = find(position);
            return row != null && EncodedRow.copy(row, into, position);
        }

        /** Tells whether a row is here. */
        boolean contains(int position) {
            return find(position) != null;
        }

        /** The row as the tier has it, or null. */
        byte @Nullable [] find(int position) {
            if (!used) {
                return null;
            }
            if (keys instanceof LongKeys numbers) {
                sought.value = numbers.get(position);
                return rows.getIfPresent(sought);
            }
            return rows.getIfPresent(keyOf(keys, position));
        }
    }

    private final long maxBytes;
    private final Cache<Object, byte[]> rows;
    private volatile boolean used;
    private volatile boolean full;

    MemoryTier(long maxBytes) {
        this.maxBytes = maxBytes;
        this.rows =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .weigher(MemoryTier::weight)
                        .evictionListener((key, row, cause) -> full = true)
                        .executor(Runnable::run)
                        .build();
    }

    private static int weight(Object key, byte[] row) {
        int keyBytes = key instanceof String text ? Character.BYTES * text.length() : 0;
        return ENTRY_BYTES + keyBytes + row.length;
    }

    /** Forgets a row that is stored now: a second copy would hide the first. */
    void remove(Keys keys, int position) {
        if (used && rows.asMap().remove(keyOf(keys, position)) != null) {
            full = false;
        }
    }

    /** Keeps a row of a batch, if it may and none was evicted since there was room. */
    void putIfRoom(Keys keys, int position, RowBatch batch) {
        if (!full) {
            put(keys, position, batch);
        }
    }

    /** The number of rows that fit, if all have this size. */
    long capacityOf(long rowBytes) {
        return maxBytes / (rowBytes + ENTRY_BYTES);
    }

    /** Keeps a row of a batch, if it may. */
    void put(Keys keys, int position, RowBatch batch) {
        long rowBytes = EncodedRow.bytes(batch, position);
        if (rowBytes + ENTRY_BYTES <= Math.min(maxBytes, Integer.MAX_VALUE)) {
            rows.put(keyOf(keys, position), EncodedRow.of(batch, position, (int) rowBytes));
            used = true;
        }
    }

    /** Tells whether a row may be here. */
    boolean used() {
        return used;
    }

    /** Begins to search for keys. */
    Search search(Keys keys) {
        return new Search(keys);
    }

    private static Object keyOf(Keys keys, int position) {
        return keys instanceof LongKeys numbers
                ? new LongKey(numbers.get(position))
                : keys.getObject(position);
    }

    void clear() {
        rows.invalidateAll();
        full = false;
    }
}
