package io.github.djlcachex.index;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.util.function.LongPredicate;

/**
 * A map from keys to addresses: one writer at a time, any number of readers without a lock.
 *
 * <p>An entry may be overwritten and is never removed, so that a reader needs one acquire a probe.
 * A reader that learns an address also sees the row behind it, which was written before.
 */
public sealed interface RowIndex permits LongIndex, StringIndex {

    /** Tells whether the row at an address has a key; asked when the hashes are equal. */
    @FunctionalInterface
    interface KeyMatcher {

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

    /**
     * Creates an empty index.
     *
     * @param type the type of the keys
     * @param hashSeed the seed of the hash of string keys
     * @param matcher compares string keys
     * @return the index
     */
    static RowIndex create(KeyType type, long hashSeed, KeyMatcher matcher) {
        return create(type, hashSeed, matcher, SlotTable.MAX_ENTRIES);
    }

    /**
     * Creates an empty index with a limit.
     *
     * @param type the type of the keys
     * @param hashSeed the seed of the hash of string keys
     * @param matcher compares string keys
     * @param maxEntries how many keys it has room for
     * @return the index
     */
    static RowIndex create(KeyType type, long hashSeed, KeyMatcher matcher, int maxEntries) {
        return switch (type) {
            case INT64 -> new LongIndex(maxEntries);
            case UTF8 -> new StringIndex(hashSeed, matcher, maxEntries);
        };
    }

    /**
     * Finds a key.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @return the address, or {@link Address#NONE}
     */
    long find(Keys keys, int position);

    /**
     * Sets the address of a key. For the one writer.
     *
     * @param keys keys of this index's type
     * @param position the key's position
     * @param address the address
     */
    void put(Keys keys, int position, long address);

    /**
     * Removes entries by building the table anew. For the one writer; readers go on.
     *
     * @param keep tells which addresses stay
     */
    void retain(LongPredicate keep);

    /**
     * Counts entries. For the one writer.
     *
     * @param wanted tells which addresses count
     * @return the number of entries
     */
    long count(LongPredicate wanted);

    /**
     * Tells whether another key fits.
     *
     * @return false if the index is as large as it can be
     */
    boolean hasRoom();

    /**
     * Returns the number of entries, also of those whose rows are gone.
     *
     * @return the number of entries
     */
    long size();
}
