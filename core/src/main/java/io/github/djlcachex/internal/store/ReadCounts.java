package io.github.djlcachex.internal.store;

/** What one thread found and missed in a batch. */
class ReadCounts {

    private final MissingPositions missing = new MissingPositions();
    private int memoryHits;
    private int pendingHits;
    private int diskHits;

    void memoryHit() {
        memoryHits++;
    }

    void pendingHit() {
        pendingHits++;
    }

    void diskHit() {
        diskHits++;
    }

    /** Adds a position without a row; the same one may be added twice in succession. */
    void miss(int position) {
        missing.add(position);
    }

    void addTo(StoreCounters counters) {
        counters.memoryHits.add(memoryHits);
        counters.pendingHits.add(pendingHits);
        counters.diskHits.add(diskHits);
        counters.misses.add(missing.count());
    }

    /** The positions without a row, in the order in which they were read. */
    int[] missingPositions() {
        return missing.toArray();
    }
}
