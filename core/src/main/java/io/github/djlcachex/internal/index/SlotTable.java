package io.github.djlcachex.internal.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongPredicate;

/**
 * Open addressing over one array of slots: a key hash, then an address word.
 *
 * <p>Publication: the writer sets the key hash, then releases the address word; a key hash never
 * changes after that. A reader acquires the address word first, and a slot without one ends its
 * search. Growth fills a new table before the index shows it.
 */
final class SlotTable {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int MAX_SLOTS = 1 << 29;

    /** What fits the largest table; one array can have no more slots. */
    static final int MAX_ENTRIES = (int) (MAX_SLOTS * 2L / 3);

    private final long[] words;
    private final int mask;
    private int used;

    SlotTable(int slots) {
        this.words = new long[Math.multiplyExact(slots, 2)];
        this.mask = slots - 1;
    }

    int slots() {
        return mask + 1;
    }

    int used() {
        return used;
    }

    /** The first slot to look at for a key hash. */
    int firstSlot(long keyHash) {
        long h = (keyHash ^ keyHash >>> 32) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32 ^ h >>> 17) & mask;
    }

    int nextSlot(int slot) {
        return slot + 1 & mask;
    }

    long address(int slot) {
        return (long) WORD.getAcquire(words, 2 * slot + 1);
    }

    long keyHash(int slot) {
        return words[2 * slot];
    }

    void overwrite(int slot, long address) {
        WORD.setRelease(words, 2 * slot + 1, address);
    }

    /** Takes an empty slot. */
    void fill(int slot, long keyHash, long address) {
        words[2 * slot] = keyHash;
        WORD.setRelease(words, 2 * slot + 1, address);
        used++;
    }

    boolean isFull() {
        return isFull(used, mask + 1);
    }

    private static boolean isFull(long entries, int slots) {
        return entries >= slots * 2L / 3;
    }

    /** The number of entries whose address is wanted. */
    long count(LongPredicate wanted) {
        return count((keyHash, address) -> wanted.test(address));
    }

    private long count(HeapIndex.EntryPredicate keep) {
        long count = 0;
        for (int slot = 0; slot <= mask; slot++) {
            long address = address(slot);
            count += address != Address.NONE && keep.test(keyHash(slot), address) ? 1 : 0;
        }
        return count;
    }

    /** The address of the first entry with a key hash, or {@link Address#NONE}. */
    long candidate(long keyHash) {
        for (int slot = firstSlot(keyHash); ; slot = nextSlot(slot)) {
            // Read once: between two reads an empty slot may become another key's.
            long address = address(slot);
            if (address == Address.NONE || keyHash(slot) == keyHash) {
                return address;
            }
        }
    }

    /** Reads the place where the search for a key hash begins. */
    long prefetch(long keyHash) {
        return words[2 * firstSlot(keyHash) + 1];
    }

    /** A table with room for more, and the entries whose address is kept. */
    SlotTable rebuilt(HeapIndex.EntryPredicate keep) {
        long kept = count(keep);
        int slots = 1024;
        while (isFull(kept, slots)) {
            if (slots == MAX_SLOTS) {
                throw new IllegalStateException(
                        "an index of " + kept + " rows does not fit one array; use more modules");
            }
            slots *= 2;
        }
        SlotTable table = new SlotTable(slots);
        for (int slot = 0; slot <= mask; slot++) {
            long address = address(slot);
            if (address != Address.NONE && keep.test(keyHash(slot), address)) {
                table.add(keyHash(slot), address);
            }
        }
        return table;
    }

    private void add(long keyHash, long address) {
        int slot = firstSlot(keyHash);
        while (address(slot) != Address.NONE) {
            slot = nextSlot(slot);
        }
        fill(slot, keyHash, address);
    }
}
