package io.github.djlcachex.cli;

import io.github.djlcachex.row.RowBatch;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * RowHashes are 64-bit hashes of the value bytes of rows, at most {@value #MOST} of them: rows that
 * come later are only counted if they are copies of these. Two rows of one hash are taken for
 * copies.
 */
final class RowHashes {

    static final int MOST = 1 << 23; // 128 MiB of slots

    private static final int FIRST_SLOTS = 1 << 12;

    private long[] slots = new long[FIRST_SLOTS];
    private int used;
    private long duplicates;

    void add(RowBatch rows, int row) {
        long hash = 1;
        for (int column = 0; column < rows.schema().columns().size(); column++) {
            hash = mix(hash * 31 + rows.column(column).shape(row).length);
            hash = hash(hash, rows.column(column).row(row));
        }
        add(hash == 0 ? 1 : hash);
    }

    private static long hash(long seed, ByteBuffer bytes) {
        long hash = seed ^ bytes.remaining();
        int i = bytes.position();
        for (; i + Long.BYTES <= bytes.limit(); i += Long.BYTES) {
            hash = mix(hash ^ bytes.getLong(i));
        }
        for (; i < bytes.limit(); i++) {
            hash = mix(hash ^ bytes.get(i));
        }
        return hash;
    }

    private static long mix(long x) {
        long y = (x + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        y = (y ^ (y >>> 29)) * 0x94D049BB133111EBL;
        return y ^ (y >>> 32);
    }

    private void add(long hash) {
        int slot = slot(slots, hash);
        if (slots[slot] == hash) {
            duplicates++;
        } else if (used < MOST) {
            slots[slot] = hash;
            used++;
            if (2 * used > slots.length) {
                grow();
            }
        }
    }

    private static int slot(long[] slots, long hash) {
        int slot = (int) (hash & (slots.length - 1));
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        long[] larger = new long[2 * slots.length];
        Arrays.stream(slots)
                .filter(hash -> hash != 0)
                .forEach(hash -> larger[slot(larger, hash)] = hash);
        slots = larger;
    }

    /** The rows whose bytes an earlier row had. */
    long duplicates() {
        return duplicates;
    }

    boolean isFull() {
        return used == MOST;
    }
}
