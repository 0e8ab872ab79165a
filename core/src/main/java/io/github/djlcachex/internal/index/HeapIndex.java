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
 * <p>An INT64 key is its own key hash. A UTF8 key is compared in its source where the key hashs are
 * equal; after a mismatch the search goes on, since two keys may have one hash.
 */
final class HeapIndex {

    /** Tells whether an entry stays. */
    @FunctionalInterface
    interface EntryPredicate {
        boolean test(long keyHash, long address);
    }

    private final RowIndex.KeyMatcher matcher;
    private final int maxEntries;
    private volatile SlotTable table = new SlotTable(1024);

    HeapIndex(RowIndex.KeyMatcher matcher, int maxEntries) {
        this.matcher = matcher;
        this.maxEntries = maxEntries;
    }

    long find(long keyHash, Keys keys, int position) {
        SlotTable current = table;
        for (int slot = current.firstSlot(keyHash); ; slot = current.nextSlot(slot)) {
            // Read once: between two reads an empty slot may become another key's.
            long address = current.address(slot);
            if (address == Address.NONE || isKey(current, slot, address, keyHash, keys, position)) {
                return address;
            }
        }
    }

    void put(long keyHash, Keys keys, int position, long address) {
        if (table.isFull()) {
            table = table.rebuilt((word, any) -> true);
        }
        SlotTable current = table;
        int slot = current.firstSlot(keyHash);
        while (true) {
            long present = current.address(slot);
            if (present == Address.NONE) {
                current.fill(slot, keyHash, address);
                return;
            }
            if (isKey(current, slot, present, keyHash, keys, position)) {
                current.overwrite(slot, address);
                return;
            }
            slot = current.nextSlot(slot);
        }
    }

    private boolean isKey(
            SlotTable current, int slot, long address, long keyHash, Keys keys, int position) {
        return current.keyHash(slot) == keyHash
                && (!(keys instanceof StringKeys texts)
                        || matcher.matches(address, texts, position));
    }

    /** Reads the place where the search for a key hash begins, so that the processor has it. */
    long prefetch(long keyHash) {
        return table.prefetch(keyHash);
    }

    /** The address of the first entry with a key hash, or {@link Address#NONE}. */
    long candidate(long keyHash) {
        return table.candidate(keyHash);
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
