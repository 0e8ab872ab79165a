package io.github.djlcachex.djl;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link DecoratorStats}. */
final class DecoratorCounters {

    final LongAdder batches = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder computedRows = new LongAdder();
    final LongAdder declinedRows = new LongAdder();
    final LongAdder uncachedBatches = new LongAdder();
    final LongAdder batchesWithoutIds = new LongAdder();
    final LongAdder batchesAfterClose = new LongAdder();
    final LongAdder batchesOfOtherShape = new LongAdder();
    final LongAdder changedInputs = new LongAdder();
    final LongAdder auditedRows = new LongAdder();
    final LongAdder auditMismatches = new LongAdder();
}
