package io.github.djlcachex.index;

import io.github.djlcachex.row.Keys;

import java.util.function.LongPredicate;

/** The index of INT64 keys; the key itself is the slot's key word. */
final class LongIndex implements HeapIndex {

    private final int maxEntries;
    private volatile SlotTable table = new SlotTable(1024);

    LongIndex(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    @Override
    public long find(long key, Keys keys, int position) {
        return candidate(key);
    }

    @Override
    public long touch(long key) {
        return table.touch(key);
    }

    @Override
    public long candidate(long key) {
        return table.candidate(key);
    }

    @Override
    public void put(long key, Keys keys, int position, long address) {
        if (table.isFull()) {
            table = table.rebuilt((word, any) -> true);
        }
        SlotTable current = table;
        int slot = current.firstSlot(key);
        while (true) {
            if (current.address(slot) == Address.NONE) {
                current.fill(slot, key, address);
                return;
            }
            if (current.keyWord(slot) == key) {
                current.overwrite(slot, address);
                return;
            }
            slot = current.nextSlot(slot);
        }
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
