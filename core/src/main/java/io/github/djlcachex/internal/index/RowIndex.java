package io.github.djlcachex.internal.index;

import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.LongPredicate;

/**
 * A map from keys to addresses: entries on the heap over those of an index snapshot on disk.
 *
 * <p>One writer at a time, any number of readers without a lock. An entry of the heap hides the
 * snapshot's. A reader asks the heap first: an index snapshot is attached before the entries that
 * it covers leave the heap, so that none is missing in between.
 */
public final class RowIndex {

    /** Tells whether the row at an address has a key; asked when the hashes are equal. */
    @FunctionalInterface
    public interface KeyMatcher {

        /**
         * Compares.
         *
         * @param address the row's address
         * @param keys the keys
         * @param position the key's position
         * @return true if the row has that key
         */
        boolean matches(long address, StringKeys keys, int position);

        /**
         * Reads where a row's key is, so that the processor has it when it is compared.
         *
         * @param address the row's address
         * @return anything
         */
        default long prefetch(long address) {
            return 0;
        }
    }

    private static final Logger logger = LoggerFactory.getLogger(RowIndex.class);

    /**
     * As many keys as are worth to be found at once: few enough that what was touched first is
     * still in the processor's cache.
     */
    public static final int KEYS_AT_ONCE = 128;

    private final HeapIndex heap;
    private final KeyType type;
    private final long hashSeed;
    private final KeyMatcher matcher;
    private volatile @Nullable IndexSnapshot snapshot;
    private volatile boolean retired;

    @SuppressWarnings("unused") // set, so that the reads ahead are not optimized away
    private long prefetchSink;

    private RowIndex(KeyType type, long hashSeed, KeyMatcher matcher, int maxEntries) {
        this.type = type;
        this.hashSeed = hashSeed;
        this.matcher = matcher;
        this.heap = new HeapIndex(matcher, maxEntries);
    }

    /**
     * Creates an empty index.
     *
     * @param type the type of the keys
     * @param hashSeed the seed of the hash of string keys
     * @param matcher compares string keys
     * @return the index
     */
    public static RowIndex create(KeyType type, long hashSeed, KeyMatcher matcher) {
        return create(type, hashSeed, matcher, SlotTable.MAX_ENTRIES);
    }

    /**
     * Creates an empty index with a limit.
     *
     * @param type the type of the keys
     * @param hashSeed the seed of the hash of string keys
     * @param matcher compares string keys
     * @param maxEntries how many keys it has room for on the heap
     * @return the index
     */
    public static RowIndex create(KeyType type, long hashSeed, KeyMatcher matcher, int maxEntries) {
        return new RowIndex(type, hashSeed, matcher, maxEntries);
    }

    /**
     * Finds a key.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @return the address, or {@link Address#NONE}
     */
    public long find(Keys keys, int position) {
        return find(keyHash(keys, position), keys, position);
    }

    /**
     * Finds some keys. The places in memory where they may be are read first, one independent of
     * another, so that the processor waits for several at once.
     *
     * @param keys keys of this index's type
     * @param from the position of the first
     * @param count the number of keys, best at most {@link #KEYS_AT_ONCE}
     * @param skip the keys that are not to be found, the first at 0
     * @param addresses takes the address of each, or {@link Address#NONE}, the first at 0
     */
    public void findAll(Keys keys, int from, int count, boolean[] skip, long[] addresses) {
        for (int i = 0; i < count; i++) {
            addresses[i] = skip[i] ? 0 : keyHash(keys, from + i);
        }
        prefetch(addresses, skip, count);
        for (int i = 0; i < count; i++) {
            addresses[i] = skip[i] ? Address.NONE : find(addresses[i], keys, from + i);
        }
    }

    /**
     * Finds where a key is if its row has it: by the hash alone, for sources that cannot be asked.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @return the address of the first entry with the key's hash, or {@link Address#NONE}
     */
    public long candidate(Keys keys, int position) {
        return candidate(snapshot, keyHash(keys, position));
    }

    /**
     * Finds where the snapshot leads by the hash of a key alone.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @return the address of the first entry with the key's hash, or {@link Address#NONE}
     */
    public long coveredCandidate(Keys keys, int position) {
        IndexSnapshot covering = snapshot;
        return covering == null ? Address.NONE : covering.candidate(keyHash(keys, position));
    }

    /**
     * Tells whether a key that is not found may have a row all the same.
     *
     * @return true while the snapshot is damaged or cannot be read
     */
    public boolean uncertain() {
        IndexSnapshot covering = snapshot;
        return covering != null && (covering.damaged() || covering.unreadable());
    }

    private long keyHash(Keys keys, int position) {
        return KeyHashes.of(keys, position, hashSeed);
    }

    /** What cannot be read is left to the search, which knows whose it is. */
    private void prefetch(long[] keyHashes, boolean[] skip, int count) {
        try {
            prefetchSink = prefetchSlots(keyHashes, skip, count);
            AsyncReadErrors.surface();
        } catch (InternalError e) {
            logger.debug("a read ahead of a truncated file", e);
        }
    }

    private long prefetchSlots(long[] keyHashes, boolean[] skip, int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            read += skip[i] ? 0 : heap.prefetch(keyHashes[i]);
        }
        IndexSnapshot attached = snapshot;
        IndexSnapshot covering = attached != null && attached.mapped() ? attached : null;
        for (int i = 0; i < count && covering != null; i++) {
            boolean onHeap = skip[i] || heap.candidate(keyHashes[i]) != Address.NONE;
            read += onHeap ? 0 : covering.prefetch(keyHashes[i]);
        }
        return type == KeyType.INT64 ? read : read + prefetchKeys(covering, keyHashes, skip, count);
    }

    private long prefetchKeys(
            @Nullable IndexSnapshot covering, long[] keyHashes, boolean[] skip, int count) {
        long[] candidates = new long[count];
        for (int i = 0; i < count; i++) {
            candidates[i] = skip[i] ? Address.NONE : candidate(covering, keyHashes[i]);
        }
        long read = 0;
        for (long candidate : candidates) {
            read += candidate == Address.NONE ? 0 : matcher.prefetch(candidate);
        }
        return read;
    }

    private long candidate(@Nullable IndexSnapshot covering, long keyHash) {
        long onHeap = heap.candidate(keyHash);
        return covering != null && onHeap == Address.NONE ? covering.candidate(keyHash) : onHeap;
    }

    private long find(long keyHash, Keys keys, int position) {
        long address = heap.find(keyHash, keys, position);
        if (address != Address.NONE) {
            return address;
        }
        IndexSnapshot covering = snapshot;
        while (covering != null) {
            address = covering.find(keyHash, keys, position);
            IndexSnapshot now = snapshot;
            if (address != Address.NONE || now == covering) {
                return address;
            }
            covering = now; // the one before may have been closed under the search
        }
        return Address.NONE;
    }

    /**
     * Finds a key among the entries of the heap alone.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @return the address, or {@link Address#NONE}
     */
    public long findOnHeap(Keys keys, int position) {
        return heap.find(keyHash(keys, position), keys, position);
    }

    /**
     * Finds a key in the snapshot alone, where an entry of the heap may hide it.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @return the address, or {@link Address#NONE}
     */
    public long findCovered(Keys keys, int position) {
        IndexSnapshot covering = snapshot;
        return covering == null
                ? Address.NONE
                : covering.find(keyHash(keys, position), keys, position);
    }

    /**
     * Sets the address of a key. For the one writer.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @param address the address
     */
    public void put(Keys keys, int position, long address) {
        heap.put(keyHash(keys, position), keys, position, address);
    }

    /**
     * Removes entries of the heap by building the table anew. For the one writer; readers go on.
     *
     * @param keep tells which addresses stay
     */
    public void retain(LongPredicate keep) {
        heap.retain((keyHash, address) -> keep.test(address));
    }

    /** Removes everything. For the one writer; readers go on. */
    public void clear() {
        snapshot = null;
        heap.retain((keyHash, address) -> false);
    }

    /** Removes everything and takes no more keys: another index takes its place. */
    public void retire() {
        retired = true;
        clear();
    }

    /**
     * Counts entries. For the one writer. Reads the whole snapshot, if there is one.
     *
     * @param wanted tells which addresses count
     * @return the number of entries
     */
    public long count(LongPredicate wanted) {
        IndexSnapshot covering = snapshot;
        long covered =
                covering == null
                        ? 0
                        : covering.count(
                                (keyHash, address) ->
                                        wanted.test(address)
                                                && heap.candidate(keyHash) == Address.NONE);
        return covered + heap.count(wanted);
    }

    /**
     * Counts entries of the heap alone. For the one writer.
     *
     * @param wanted tells which addresses count
     * @return the number of entries
     */
    public long countOnHeap(LongPredicate wanted) {
        return heap.count(wanted);
    }

    /**
     * Tells whether another key fits.
     *
     * @return false if the heap's part is as large as it can be
     */
    public boolean hasRoom() {
        return !retired && heap.hasRoom();
    }

    /**
     * Returns the number of entries on the heap, also of those whose rows are gone.
     *
     * @return the number of entries
     */
    public long size() {
        return heap.size();
    }

    /**
     * Takes an index snapshot, instead of one before, and drops the entries that it repeats. For
     * the one writer; readers go on.
     *
     * @param covering the snapshot
     */
    public void attach(IndexSnapshot covering) {
        snapshot = covering;
        heap.retain((keyHash, address) -> !covering.leadsTo(keyHash, address));
    }

    /** Lets go of the snapshot. For the one writer; readers go on. */
    public void detach() {
        snapshot = null;
    }

    /**
     * Returns the snapshot. A caller that found less than all asks the one from before its search
     * whether it is damaged: then what it covers may be missing by mistake.
     *
     * @return the snapshot, or null
     */
    public @Nullable IndexSnapshot snapshot() {
        return snapshot;
    }
}
