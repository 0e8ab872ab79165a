package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.DecoratorCounters;

import java.time.Duration;

/** The counters of one decorator since it was built, at one instant. They grow only. */
public final class DecoratorStats {

    private final long batches;
    private final long hits;
    private final long misses;
    private final long computedRows;
    private final long declinedRows;
    private final long uncachedBatches;
    private final long batchesWithoutIds;
    private final long batchesAfterClose;
    private final long batchesOfOtherShape;
    private final long changedInputs;
    private final long auditedRows;
    private final long auditMismatches;
    private final long readNanos;
    private final long computeNanos;
    private final long storeNanos;
    private final long sharedRows;
    private final long shareLimitsMissed;
    private final long shareWaitNanos;

    DecoratorStats(DecoratorCounters counters) {
        this.batches = counters.batches.sum();
        this.hits = counters.hits.sum();
        this.misses = counters.misses.sum();
        this.computedRows = counters.computedRows.sum();
        this.declinedRows = counters.declinedRows.sum();
        this.uncachedBatches = counters.uncachedBatches.sum();
        this.batchesWithoutIds = counters.batchesWithoutIds.sum();
        this.batchesAfterClose = counters.batchesAfterClose.sum();
        this.batchesOfOtherShape = counters.batchesOfOtherShape.sum();
        this.changedInputs = counters.changedInputs.sum();
        this.auditedRows = counters.auditedRows.sum();
        this.auditMismatches = counters.auditMismatches.sum();
        this.readNanos = counters.readNanos.sum();
        this.computeNanos = counters.computeNanos.sum();
        this.storeNanos = counters.storeNanos.sum();
        this.sharedRows = counters.sharedRows.sum();
        this.shareLimitsMissed = counters.shareLimitsMissed.sum();
        this.shareWaitNanos = counters.shareWaitNanos.sum();
    }

    /**
     * Returns the number of calls of {@code forward}.
     *
     * @return the batches
     */
    public long batches() {
        return batches;
    }

    /**
     * Returns the number of rows that came from the cache.
     *
     * @return their number
     */
    public long hits() {
        return hits;
    }

    /**
     * Returns the number of rows that did not.
     *
     * @return their number
     */
    public long misses() {
        return misses;
    }

    /**
     * Returns the number of different rows that the wrapped block computed for the misses, without
     * padding.
     *
     * @return their number
     */
    public long computedRows() {
        return computedRows;
    }

    /**
     * Returns the number of computed rows that the cache did not take: another rank writes, the
     * cache is read-only, its queue is full, or a row is too large.
     *
     * @return their number
     */
    public long declinedRows() {
        return declinedRows;
    }

    /**
     * Returns the number of batches that ran past the cache: switched off, without ids, of another
     * shape, or after close.
     *
     * @return their number
     */
    public long uncachedBatches() {
        return uncachedBatches;
    }

    /**
     * Returns the number of batches that had no ids.
     *
     * @return their number
     */
    public long batchesWithoutIds() {
        return batchesWithoutIds;
    }

    /**
     * Returns the number of batches that ran uncached because the cache was closed.
     *
     * @return their number
     */
    public long batchesAfterClose() {
        return batchesAfterClose;
    }

    /**
     * Returns the number of batches for which the wrapped block gives rows of another shape than
     * the cached ones.
     *
     * @return their number
     */
    public long batchesOfOtherShape() {
        return batchesOfOtherShape;
    }

    /**
     * Returns the number of rows that were in the cache, and were computed all the same, because
     * their input was not the one that they had been computed from; see {@link
     * CacheBlockDecoratorBuilder#optInputCheck}.
     *
     * @return their number
     */
    public long changedInputs() {
        return changedInputs;
    }

    /**
     * Returns the number of rows that the audit computed again.
     *
     * @return their number
     */
    public long auditedRows() {
        return auditedRows;
    }

    /**
     * Returns the number of audited rows that were not what the wrapped block computes now.
     *
     * @return their number
     */
    public long auditMismatches() {
        return auditMismatches;
    }

    /**
     * Returns how long rows were looked up and copied out of the cache. The times of several
     * threads add up, here and in the other times.
     *
     * @return the time
     */
    public Duration readTime() {
        return Duration.ofNanos(readNanos);
    }

    /**
     * Returns how long the wrapped block ran on missing rows, with the selection of their inputs
     * and the copy of their outputs.
     *
     * @return the time
     */
    public Duration computeTime() {
        return Duration.ofNanos(computeNanos);
    }

    /**
     * Returns how long computed rows were stored, in memory: files are written by another thread.
     *
     * @return the time
     */
    public Duration storeTime() {
        return Duration.ofNanos(storeNanos);
    }

    /**
     * Returns the number of missing rows that other ranks computed meanwhile, with {@link
     * CacheBlockDecoratorBuilder#optShareMisses()}. They count among the hits.
     *
     * @return their number
     */
    public long sharedRows() {
        return sharedRows;
    }

    /**
     * Returns the number of batches that waited for the rows of other ranks in vain, and computed
     * them.
     *
     * @return the batches
     */
    public long shareLimitsMissed() {
        return shareLimitsMissed;
    }

    /**
     * Returns how long batches waited for the rows of other ranks, all of them together.
     *
     * @return the time
     */
    public Duration shareWait() {
        return Duration.ofNanos(shareWaitNanos);
    }

    /** Returns the counts, without the times of reading, computing and storing. */
    @Override
    public String toString() {
        return "DecoratorStats["
                + "batches="
                + batches
                + ", hits="
                + hits
                + ", misses="
                + misses
                + ", computedRows="
                + computedRows
                + ", declinedRows="
                + declinedRows
                + ", uncachedBatches="
                + uncachedBatches
                + ", batchesWithoutIds="
                + batchesWithoutIds
                + ", batchesAfterClose="
                + batchesAfterClose
                + ", batchesOfOtherShape="
                + batchesOfOtherShape
                + ", changedInputs="
                + changedInputs
                + ", auditedRows="
                + auditedRows
                + ", auditMismatches="
                + auditMismatches
                + (shareWaitNanos + sharedRows > 0 ? ofShares() : "")
                + "]";
    }

    private String ofShares() {
        return ", sharedRows="
                + sharedRows
                + ", shareLimitsMissed="
                + shareLimitsMissed
                + ", shareWait="
                + shareWait();
    }
}
