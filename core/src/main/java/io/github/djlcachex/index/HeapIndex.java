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

    long find(long keyWord, Keys keys, int position);

    void put(long keyWord, Keys keys, int position, long address);

    /** Reads the place where the search for a key word begins, so that the processor has it. */
    long touch(long keyWord);

    /** The address of the first entry with a key word, or {@link Address#NONE}. */
    long candidate(long keyWord);

    /** Removes entries by building the table anew; readers go on. */
    void retain(EntryPredicate keep);

    long count(LongPredicate wanted);

    long size();

    boolean hasRoom();
}
