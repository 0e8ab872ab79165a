package io.github.djlcachex.djl.internal.dataset;

/**
 * RowShuffle shuffles rows in the same way on every JVM and in every version: SplitMix64 makes the
 * numbers, Fisher and Yates' algorithm swaps from the end.
 */
public final class RowShuffle {

    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    public RowShuffle(long seed) {
        this.state = seed;
    }

    /** Shuffles an array in place. A second call goes on with other numbers. */
    public void shuffle(int[] rows) {
        for (int i = rows.length - 1; i > 0; i--) {
            int other = below(i + 1);
            int row = rows[i];
            rows[i] = rows[other];
            rows[other] = row;
        }
    }

    /** Returns a number from 0 to below the bound, each equally likely. */
    private int below(int bound) {
        long limit = Long.MAX_VALUE - Long.MAX_VALUE % bound;
        while (true) {
            long number = next() >>> 1;
            if (number < limit) {
                return (int) (number % bound);
            }
        }
    }

    private long next() {
        state += GAMMA;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
