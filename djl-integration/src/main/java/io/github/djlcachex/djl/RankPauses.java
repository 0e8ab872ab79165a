package io.github.djlcachex.djl;

/**
 * The ranks that are not waited for, since their rows did not come in time.
 *
 * <p>A rank that is dead so costs one time limit, and not one a batch. It is left out of some
 * batches, of twice as many each time that it is waited for in vain, and is back at the start once
 * its rows come. Safe for use by many threads.
 */
final class RankPauses {

    static final int FIRST_PAUSE_BATCHES = 16;
    static final int MAX_PAUSE_BATCHES = 1024;

    private final int[] batchesLeft;
    private final int[] nextPause;

    RankPauses(int worldSize) {
        this.batchesLeft = new int[worldSize];
        this.nextPause = new int[worldSize];
        for (int rank = 0; rank < worldSize; rank++) {
            nextPause[rank] = FIRST_PAUSE_BATCHES;
        }
    }

    int worldSize() {
        return nextPause.length;
    }

    /** Begins a batch, and returns for each rank whether it is waited for. */
    synchronized boolean[] nextBatch() {
        boolean[] waitedFor = new boolean[batchesLeft.length];
        for (int rank = 0; rank < waitedFor.length; rank++) {
            waitedFor[rank] = batchesLeft[rank] == 0;
            batchesLeft[rank] = Math.max(0, batchesLeft[rank] - 1);
        }
        return waitedFor;
    }

    /** Notes that rows of a rank came while they were waited for. */
    synchronized void came(int rank) {
        nextPause[rank] = FIRST_PAUSE_BATCHES;
    }

    /** Notes that rows of a rank did not come in time. */
    synchronized void missed(int rank) {
        if (batchesLeft[rank] == 0) { // another thread may have waited for it too
            batchesLeft[rank] = nextPause[rank];
            nextPause[rank] = Math.min(MAX_PAUSE_BATCHES, 2 * nextPause[rank]);
        }
    }
}
