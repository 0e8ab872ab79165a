package io.github.djlcachex.micrometer;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheIoException;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * DiskGauge asks for the size of a cache's files, and keeps the answer for a while: there may be
 * thousands of them, on a filesystem of a network.
 */
final class DiskGauge {

    static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final LongSupplier nanoClock;

    // guarded by the monitor
    private boolean asked;
    private long askedNanos;
    private double bytes;

    DiskGauge(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Returns the size in bytes, or NaN if it cannot be told. */
    synchronized double bytes(FeatureCache cache) {
        long now = nanoClock.getAsLong();
        if (!asked || now - askedNanos >= KEPT_NANOS) {
            bytes = ask(cache);
            asked = true;
            askedNanos = now;
        }
        return bytes;
    }

    private static double ask(FeatureCache cache) {
        try {
            return cache.diskBytes();
        } catch (CacheIoException e) {
            return Double.NaN; // as Micrometer shows what is unknown
        }
    }
}
