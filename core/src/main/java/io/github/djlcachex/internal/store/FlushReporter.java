package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.function.BooleanSupplier;

/** The reports of one user of a store: each tells what was written since the one before. */
public final class FlushReporter {

    private final FlushTotals totals;
    private final BooleanSupplier namesUnforced;

    @GuardedBy("this") private FlushTotals.Totals reported;

    FlushReporter(FlushTotals totals, BooleanSupplier namesUnforced) {
        this.totals = totals;
        this.namesUnforced = namesUnforced;
        this.reported = totals.totals();
    }

    /** Synchronized, so that no report starts where a later one ended. */
    public synchronized FlushCounts report(long pendingRows) {
        FlushTotals.Totals now = totals.totals();
        FlushTotals.Totals seen = reported;
        reported = now;
        return totals.countsBetween(seen, now, pendingRows, namesUnforced.getAsBoolean());
    }
}
