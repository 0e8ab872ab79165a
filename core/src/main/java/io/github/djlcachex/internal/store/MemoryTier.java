package io.github.djlcachex.internal.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

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
    static final int ENTRY_BYTES = 120;

    /** A row, and the file that it was read from, if any. */
    private static final class Entry {
        private final byte[] row;
        private final @Nullable SegmentFile origin;

        Entry(byte[] row, @Nullable SegmentFile origin) {
            this.row = row;
            this.origin = origin;
        }
    }

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
                return rowOf(rows.getIfPresent(sought));
            }
            return rowOf(rows.getIfPresent(keyOf(keys, position)));
        }
    }

    private final long maxBytes;
    private final Cache<Object, Entry> rows;
    private volatile boolean used;
    private volatile boolean full;

    MemoryTier(long maxBytes) {
        this.maxBytes = maxBytes;
        this.rows =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .weigher(MemoryTier::weight)
                        .evictionListener((key, entry, cause) -> full = true)
                        .executor(Runnable::run)
                        .build();
    }

    private static int weight(Object key, Entry entry) {
        int keyBytes = key instanceof String text ? Character.BYTES * text.length() : 0;
        return ENTRY_BYTES + keyBytes + entry.row.length;
    }

    private static byte @Nullable [] rowOf(@Nullable Entry entry) {
        return entry == null ? null : entry.row;
    }

    /** Forgets a row that is stored now: a second copy would hide the first. */
    void remove(Keys keys, int position) {
        if (used && rows.asMap().remove(keyOf(keys, position)) != null) {
            full = false;
        }
    }

    /** Forgets the rows that were read from some files. */
    void removeFrom(Set<SegmentFile> files) {
        if (used && rows.asMap().values().removeIf(entry -> files.contains(entry.origin))) {
            full = false;
        }
    }

    /** Forgets a row if it was read from one of some files. */
    void removeFrom(Predicate<SegmentFile> isOne, Keys keys, int position) {
        if (used) {
            rows.asMap()
                    .computeIfPresent(
                            keyOf(keys, position),
                            (key, entry) ->
                                    entry.origin != null && isOne.test(entry.origin)
                                            ? null
                                            : entry);
        }
    }

    /** The number of rows that fit, if all have this size. */
    long capacityOf(long rowBytes) {
        return maxBytes / (rowBytes + ENTRY_BYTES);
    }

    /** Keeps a row of a batch that is in no file, if it may. */
    void put(Keys keys, int position, RowBatch batch) {
        Entry entry = entry(batch, position, null);
        if (entry != null) {
            rows.put(keyOf(keys, position), entry);
            used = true;
        }
    }

    /**
     * Keeps a row of a batch that was read from a file, if it may.
     *
     * @param served tells whether the file's row is still served. It is asked while nobody else
     *     changes the entry: who gives the row up removes the entry after that, and no reader that
     *     began before brings it back.
     */
    void putRead(
            Keys keys, int position, RowBatch batch, SegmentFile origin, BooleanSupplier served) {
        Entry entry = entry(batch, position, origin);
        if (entry != null) {
            used = true;
            rows.asMap()
                    .compute(
                            keyOf(keys, position),
                            (key, present) -> served.getAsBoolean() ? entry : present);
        }
    }

    /** The same, if none was evicted since there was room: for rows that were read fast. */
    void putReadIfRoom(
            Keys keys, int position, RowBatch batch, SegmentFile origin, BooleanSupplier served) {
        if (!full) {
            putRead(keys, position, batch, origin, served);
        }
    }

    private @Nullable Entry entry(RowBatch batch, int position, @Nullable SegmentFile origin) {
        long rowBytes = EncodedRow.bytes(batch, position);
        return rowBytes + ENTRY_BYTES <= Math.min(maxBytes, Integer.MAX_VALUE)
                ? new Entry(EncodedRow.of(batch, position, (int) rowBytes), origin)
                : null;
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
