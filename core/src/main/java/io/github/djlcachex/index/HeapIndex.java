package io.github.djlcachex.index;

import io.github.djlcachex.row.Keys;

import java.util.function.LongPredicate;

/**
 * An index on the heap: one writer at a time, any number of readers without a lock.
 *
 * <p>An entry may be overwritten and is never removed, so that a reader needs one acquire a probe.
 * A reader that learns an address also sees the row behind it, which was written before.
 */
sealed interface HeapIndex permits LongIndex, StringIndex {

    /** Tells whether an entry stays. */
    @FunctionalInterface
    interface EntryPredicate {
        boolean test(long keyWord, long address);
    }

    long find(Keys keys, int position);

    void put(Keys keys, int position, long address);

    /** Removes entries by building the table anew; readers go on. */
    void retain(EntryPredicate keep);

    long count(LongPredicate wanted);

    long size();

    boolean hasRoom();

    /** Tells whether any entry has a key word. */
    boolean hasKeyWord(long keyWord);
}
