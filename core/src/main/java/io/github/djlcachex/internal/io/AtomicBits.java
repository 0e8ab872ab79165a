package io.github.djlcachex.internal.io;

import java.util.concurrent.atomic.AtomicLongArray;

/** Bits that any thread sets, and that stay set. */
public final class AtomicBits {

    private final AtomicLongArray words;

    /**
     * Creates bits, none of them set.
     *
     * @param bits the number of bits
     */
    public AtomicBits(int bits) {
        words = new AtomicLongArray((bits - 1) / Long.SIZE + 1);
    }

    /**
     * Sets a bit. What the thread wrote before is visible to a thread that {@link #get} tells so.
     *
     * @param index the bit
     */
    public void set(int index) {
        long bit = 1L << index;
        if ((words.get(index / Long.SIZE) & bit) == 0) {
            words.accumulateAndGet(index / Long.SIZE, bit, (word, more) -> word | more);
        }
    }

    /**
     * Tells whether a bit is set.
     *
     * @param index the bit
     * @return true if it is
     */
    public boolean get(int index) {
        return (words.get(index / Long.SIZE) & 1L << index) != 0;
    }
}
