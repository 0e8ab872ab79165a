package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.PutCounts;

import org.jspecify.annotations.Nullable;

/**
 * PutResult tells what became of the rows of a put. The three numbers add up to the size of the
 * batch.
 */
public final class PutResult {

    private final PutCounts counts;

    PutResult(PutCounts counts) {
        this.counts = counts;
    }

    /**
     * Returns the rows that were accepted: readable at once, durable after the next flush.
     *
     * @return the number of rows
     */
    public int stored() {
        return counts.stored();
    }

    /**
     * Returns the rows whose key was there already, or twice in the batch.
     *
     * @return the number of rows
     */
    public int duplicates() {
        return counts.duplicates();
    }

    /**
     * Returns the rows that were not accepted: by the writer policy, a full queue, a cache that is
     * being closed, a row too large for a segment, a process that can start no thread, or, with
     * {@link WriteMode#SYNCHRONOUS}, because they could not be written.
     *
     * @return the number of rows
     */
    public int declined() {
        return counts.declined();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PutResult that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return counts.toString().replaceFirst("PutCounts", "PutResult");
    }
}
