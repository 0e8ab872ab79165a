package io.github.djlcachex.tensor;

import java.util.Locale;

/** Counters of a {@link TensorCache} at one instant. Immutable. */
public final class TensorCacheStats {

    private final long hits;
    private final long misses;
    private final long damagedEntries;
    private final long stored;
    private final long refused;

    TensorCacheStats(long hits, long misses, long damagedEntries, long stored, long refused) {
        this.hits = hits;
        this.misses = misses;
        this.damagedEntries = damagedEntries;
        this.stored = stored;
        this.refused = refused;
    }

    /**
     * Returns how often an entry was read.
     *
     * @return the number of hits
     */
    public long hits() {
        return hits;
    }

    /**
     * Returns how often an entry was asked for and absent.
     *
     * @return the number of misses, those of damaged entries among them
     */
    public long misses() {
        return misses;
    }

    /**
     * Returns how often an entry was read of which a part is damaged or gone.
     *
     * @return the number of such reads
     */
    public long damagedEntries() {
        return damagedEntries;
    }

    /**
     * Returns how many entries were stored.
     *
     * @return the number of puts
     */
    public long stored() {
        return stored;
    }

    /**
     * Returns how many puts were refused for their size, their cost, or want of room.
     *
     * @return the number of puts
     */
    public long refused() {
        return refused;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "TensorCacheStats(hits %d, misses %d, damaged %d, stored %d, refused %d)",
                hits,
                misses,
                damagedEntries,
                stored,
                refused);
    }
}
