package io.github.djlcachex.internal.segment;

import java.util.concurrent.atomic.AtomicLongArray;

/** One bit a row, set by any thread and never cleared. */
final class RowBits {

    private final AtomicLongArray words;

    RowBits(int rows) {
        words = new AtomicLongArray((rows - 1) / Long.SIZE + 1);
    }

    void set(int row) {
        long bit = 1L << row;
        if ((words.get(row / Long.SIZE) & bit) == 0) {
            words.accumulateAndGet(row / Long.SIZE, bit, (word, more) -> word | more);
        }
    }

    boolean get(int row) {
        return (words.getPlain(row / Long.SIZE) & 1L << row) != 0;
    }
}
