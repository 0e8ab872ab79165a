package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The ComputeTime is how long at least one thread computed rows since a segment was last sealed:
 * about what the loss of the process would cost. A third of the flush delay makes a flush.
 *
 * <p>Threads that compute at the same time count once, so that eight of them make no more files
 * than one. Safe for use by many threads.
 */
final class ComputeTime {

    private static final int LIMIT_DIVISOR = 3;

    private final long limitNanos;
    private final LongSupplier nanoClock;
    private final Runnable flush;

    @GuardedBy("this") private int computing;

    @GuardedBy("this") private long sinceNanos;

    @GuardedBy("this") private long spentNanos;

    /** Creates the account; {@code flush} is run when its limit is reached. */
    ComputeTime(long flushDelayMs, LongSupplier nanoClock, Runnable flush) {
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(flushDelayMs) / LIMIT_DIVISOR;
        this.nanoClock = nanoClock;
        this.flush = flush;
    }

    /** A thread begins to compute rows. */
    synchronized void begin() {
        count();
        computing++;
    }

    /** A thread has stored the rows that it computed. */
    void end() {
        if (isDueAfterOne()) {
            flush.run();
        }
    }

    private synchronized boolean isDueAfterOne() {
        count();
        computing--;
        boolean due = spentNanos >= limitNanos;
        spentNanos = due ? 0 : spentNanos;
        return due;
    }

    /** What was computed so far was sealed. */
    synchronized void reset() {
        count();
        spentNanos = 0;
    }

    @GuardedBy("this") private void count() {
        long nowNanos = nanoClock.getAsLong();
        spentNanos += computing > 0 ? nowNanos - sinceNanos : 0;
        sinceNanos = nowNanos;
    }
}
