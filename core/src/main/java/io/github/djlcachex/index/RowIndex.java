package io.github.djlcachex.index;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;

import java.util.function.LongPredicate;

/**
 * A map from keys to addresses: entries on the heap over those of a checkpoint on disk.
 *
 * <p>One writer at a time, any number of readers without a lock. An entry of the heap hides the
 * checkpoint's. A reader asks the heap first: a checkpoint is attached before the entries that it
 * covers leave the heap, so that none is missing in between.
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
    }

    private final HeapIndex heap;
    private volatile @Nullable Checkpoint checkpoint;

    private RowIndex(HeapIndex heap) {
        this.heap = heap;
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
        return new RowIndex(
                switch (type) {
                    case INT64 -> new LongIndex(maxEntries);
                    case UTF8 -> new StringIndex(hashSeed, matcher, maxEntries);
                });
    }

    /**
     * Finds a key.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @return the address, or {@link Address#NONE}
     */
    public long find(Keys keys, int position) {
        long address = heap.find(keys, position);
        if (address != Address.NONE) {
            return address;
        }
        Checkpoint covering = checkpoint;
        while (covering != null) {
            address = covering.find(keys, position);
            Checkpoint now = checkpoint;
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
        return heap.find(keys, position);
    }

    /**
     * Sets the address of a key. For the one writer.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @param address the address
     */
    public void put(Keys keys, int position, long address) {
        heap.put(keys, position, address);
    }

    /**
     * Removes entries of the heap by building the table anew. For the one writer; readers go on.
     *
     * @param keep tells which addresses stay
     */
    public void retain(LongPredicate keep) {
        heap.retain((keyWord, address) -> keep.test(address));
    }

    /** Removes everything. For the one writer; readers go on. */
    public void clear() {
        checkpoint = null;
        heap.retain((keyWord, address) -> false);
    }

    /**
     * Counts entries. For the one writer. Reads the whole checkpoint, if there is one.
     *
     * @param wanted tells which addresses count
     * @return the number of entries
     */
    public long count(LongPredicate wanted) {
        Checkpoint covering = checkpoint;
        long covered =
                covering == null
                        ? 0
                        : covering.count(
                                (keyWord, address) ->
                                        wanted.test(address) && !heap.hasKeyWord(keyWord));
        return covered + heap.count(wanted);
    }

    /**
     * Tells whether another key fits.
     *
     * @return false if the heap's part is as large as it can be
     */
    public boolean hasRoom() {
        return heap.hasRoom();
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
     * Takes a checkpoint, instead of one before, and drops the entries that it repeats. For the one
     * writer; readers go on.
     *
     * @param covering the checkpoint
     */
    public void attach(Checkpoint covering) {
        checkpoint = covering;
        heap.retain((keyWord, address) -> !covering.leadsTo(keyWord, address));
    }

    /** Lets go of the checkpoint. For the one writer; readers go on. */
    public void detach() {
        checkpoint = null;
    }

    /**
     * Returns the checkpoint. A caller that found less than all asks the one from before its search
     * whether it is damaged: then what it covers may be missing by mistake.
     *
     * @return the checkpoint, or null
     */
    public @Nullable Checkpoint checkpoint() {
        return checkpoint;
    }
}
