package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.FeatureCache;

/** An OpenCache is the cache of one write, for all its tasks in this JVM. */
final class OpenCache {

    private static final Leases<String, OpenCache> OPEN = new Leases<>(OpenCache::close);

    private final FeatureCache cache;
    private final SharedFlush flush;

    private OpenCache(FeatureCache cache) {
        this.cache = cache;
        this.flush = new SharedFlush(cache::flush);
    }

    /**
     * Returns the cache of a write, and opens it if it is not open.
     *
     * @param run names the write
     */
    static Leases<String, OpenCache>.Lease lease(
            String run, SourceOptions options, String fingerprint) {
        return OPEN.lease(run, () -> open(options, fingerprint));
    }

    private static OpenCache open(SourceOptions options, String fingerprint) {
        FeatureCache cache = options.writer(fingerprint).open();
        try {
            cache.refresh(); // the store may be open since an earlier write in this JVM
            return new OpenCache(cache);
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /** Closes the cache of a write that has ended, if it is open in this JVM. */
    static void end(String run) {
        OPEN.closeIdle(run);
    }

    FeatureCache cache() {
        return cache;
    }

    SharedFlush.Outcome flush() throws InterruptedException {
        return flush.flush();
    }

    private void close() {
        cache.close();
    }
}
