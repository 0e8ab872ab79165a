package io.github.djlcachex.cache;

/** GatherResult tells how many rows a gather found, and the positions of the others. */
public final class GatherResult {

    private final int hits;
    private final int[] missing;

    GatherResult(int hits, int[] missing) {
        this.hits = hits;
        this.missing = missing;
    }

    /**
     * Returns the number of positions whose row was copied.
     *
     * @return the number of hits
     */
    public int hits() {
        return hits;
    }

    /**
     * Returns the positions whose row was not found, ascending. What the batch holds there is
     * undefined.
     *
     * @return the positions; the caller may keep the array
     */
    public int[] missing() {
        return missing;
    }

    /**
     * Tells whether every row was found.
     *
     * @return true if there is no miss
     */
    public boolean isComplete() {
        return missing.length == 0;
    }

    @Override
    public String toString() {
        return hits + " hits, " + missing.length + " misses";
    }
}
