package io.github.djlcachex.internal.index;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.util.function.LongPredicate;

/**
 * An index on the heap: one writer at a time, any number of readers without a lock.
 *
 * <p>An entry may be overwritten and is never removed, so that a reader needs one acquire a probe.
 * A reader that learns an address also sees the row behind it, which was written before.
 *
 * <p>An INT64 key is its own key word. A UTF8 key is compared in its source where the key words are
 * equal; after a mismatch the search goes on, since two keys may have one hash.
 */
final class HeapIndex {

    /** Tells whether an entry stays. */
    @FunctionalInterface
    interface EntryPredicate {
        boolean test(long keyWord, long address);
    }

    private final RowIndex.KeyMatcher matcher;
    private final int maxEntries;
    private volatile SlotTable table = new SlotTable(1024);

    HeapIndex(RowIndex.KeyMatcher matcher, int maxEntries) {
        this.matcher = matcher;
        this.maxEntries = maxEntries;
    }

    long find(long keyWord, Keys keys, int position) {
        SlotTable current = table;
        for (int slot = current.firstSlot(keyWord); ; slot = current.nextSlot(slot)) {
            // Read once: between two reads an empty slot may become another key's.
            long address = current.address(slot);
            if (address == Address.NONE || isKey(current, slot, address, keyWord, keys, position)) {
                return address;
            }
        }
    }

    void put(long keyWord, Keys keys, int position, long address) {
        if (table.isFull()) {
            table = table.rebuilt((word, any) -> true);
        }
        SlotTable current = table;
        int slot = current.firstSlot(keyWord);
        while (true) {
            long present = current.address(slot);
            if (present == Address.NONE) {
                current.fill(slot, keyWord, address);
                return;
            }
            if (isKey(current, slot, present, keyWord, keys, position)) {
                current.overwrite(slot, address);
                return;
            }
            slot = current.nextSlot(slot);
        }
    }

    private boolean isKey(
            SlotTable current, int slot, long address, long keyWord, Keys keys, int position) {
        return current.keyWord(slot) == keyWord
                && (!(keys instanceof StringKeys texts)
                        || matcher.matches(address, texts, position));
    }

    /** Reads the place where the search for a key word begins, so that the processor has it. */
    long touch(long keyWord) {
        return table.touch(keyWord);
    }

    /** The address of the first entry with a key word, or {@link Address#NONE}. */
    long candidate(long keyWord) {
        return table.candidate(keyWord);
    }

    /** Removes entries by building the table anew; readers go on. */
    void retain(EntryPredicate keep) {
        table = table.rebuilt(keep);
    }

    long count(LongPredicate wanted) {
        return table.count(wanted);
    }

    long size() {
        return table.used();
    }

    boolean hasRoom() {
        return table.used() < maxEntries;
    }
}
