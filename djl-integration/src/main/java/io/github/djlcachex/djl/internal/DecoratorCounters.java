package io.github.djlcachex.djl.internal;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@code DecoratorStats}. */
public final class DecoratorCounters {

    public final LongAdder batches = new LongAdder();
    public final LongAdder hits = new LongAdder();
    public final LongAdder misses = new LongAdder();
    public final LongAdder computedRows = new LongAdder();
    public final LongAdder declinedRows = new LongAdder();
    public final LongAdder uncachedBatches = new LongAdder();
    public final LongAdder batchesWithoutIds = new LongAdder();
    public final LongAdder batchesAfterClose = new LongAdder();
    public final LongAdder batchesOfOtherShape = new LongAdder();
    public final LongAdder changedInputs = new LongAdder();
    public final LongAdder auditedRows = new LongAdder();
    public final LongAdder auditMismatches = new LongAdder();
    public final LongAdder readNanos = new LongAdder();
    public final LongAdder computeNanos = new LongAdder();
    public final LongAdder storeNanos = new LongAdder();
    public final LongAdder sharedRows = new LongAdder();
    public final LongAdder shareLimitsMissed = new LongAdder();
    public final LongAdder shareWaitNanos = new LongAdder();
}
