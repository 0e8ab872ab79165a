package io.github.djlcachex.index;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.util.function.LongPredicate;

/**
 * The index of UTF8 keys; the slot's key word is a hash, and the key is compared in its source.
 * After a mismatch the search goes on: two keys may have one hash.
 */
final class StringIndex implements HeapIndex {

    private final RowIndex.KeyMatcher matcher;
    private final int maxEntries;
    private volatile SlotTable table = new SlotTable(1024);

    StringIndex(RowIndex.KeyMatcher matcher, int maxEntries) {
        this.matcher = matcher;
        this.maxEntries = maxEntries;
    }

    @Override
    public long find(long hash, Keys keys, int position) {
        StringKeys strings = (StringKeys) keys;
        SlotTable current = table;
        for (int slot = current.firstSlot(hash); ; slot = current.nextSlot(slot)) {
            // Read once: between two reads an empty slot may become another key's.
            long address = current.address(slot);
            if (address == Address.NONE || isKey(current, slot, address, hash, strings, position)) {
                return address;
            }
        }
    }

    @Override
    public long touch(long hash) {
        return table.touch(hash);
    }

    @Override
    public long candidate(long hash) {
        return table.candidate(hash);
    }

    @Override
    public void put(long hash, Keys keys, int position, long address) {
        if (table.isFull()) {
            table = table.rebuilt((word, any) -> true);
        }
        StringKeys strings = (StringKeys) keys;
        SlotTable current = table;
        int slot = current.firstSlot(hash);
        while (true) {
            long present = current.address(slot);
            if (present == Address.NONE) {
                current.fill(slot, hash, address);
                return;
            }
            if (isKey(current, slot, present, hash, strings, position)) {
                current.overwrite(slot, address);
                return;
            }
            slot = current.nextSlot(slot);
        }
    }

    private boolean isKey(
            SlotTable current, int slot, long address, long hash, StringKeys keys, int position) {
        return current.keyWord(slot) == hash && matcher.matches(address, keys, position);
    }

    @Override
    public void retain(EntryPredicate keep) {
        table = table.rebuilt(keep);
    }

    @Override
    public long count(LongPredicate wanted) {
        return table.count(wanted);
    }

    @Override
    public boolean hasRoom() {
        return table.used() < maxEntries;
    }

    @Override
    public long size() {
        return table.used();
    }
}
