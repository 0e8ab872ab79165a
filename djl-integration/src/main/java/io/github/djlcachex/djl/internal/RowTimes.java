package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * RowTimes measures how long a decorator reads, computes and stores rows. It looks at the clock a
 * few times a batch. Safe for use by many threads, whose times add up.
 */
public final class RowTimes {

    private final LongAdder read;
    private final LongAdder compute;
    private final LongAdder store;
    private final MedianRowCost cost = new MedianRowCost();
    private volatile LongSupplier nanoClock = System::nanoTime;

    public RowTimes(DecoratorCounters counters) {
        this.read = counters.readNanos;
        this.compute = counters.computeNanos;
        this.store = counters.storeNanos;
    }

    /** Tests have a clock of their own. */
    public void setNanoClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    public long now() {
        return nanoClock.getAsLong();
    }

    /** Runs a lookup. */
    public <T extends @Nullable Object> T reading(Supplier<T> lookup) {
        return timed(read, lookup);
    }

    /** Runs the storing of rows. */
    public <T extends @Nullable Object> T storing(Supplier<T> storing) {
        return timed(store, storing);
    }

    private <T extends @Nullable Object> T timed(LongAdder sum, Supplier<T> action) {
        long begin = now();
        try {
            return action.get();
        } finally {
            sum.add(now() - begin);
        }
    }

    /**
     * Notes that the block was run.
     *
     * @param rows how many rows it was run on
     * @param beginNanos the time before that
     */
    public void computed(int rows, long beginNanos) {
        long nanos = now() - beginNanos;
        compute.add(nanos);
        cost.add(rows, nanos);
    }

    /** Returns what a computed row costs, as far as it was measured. */
    public MedianRowCost cost() {
        return cost;
    }
}
