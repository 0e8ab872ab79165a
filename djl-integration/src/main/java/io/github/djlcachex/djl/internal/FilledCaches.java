package io.github.djlcachex.djl.internal;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheClosedException;

import org.slf4j.Logger;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * FilledCaches are the caches that decorators of this JVM put rows into. A dataset whose iteration
 * ends has their rows written: it does not know which decorators its batches went through.
 *
 * <p>They are held weakly, so a decorator that was forgotten stays garbage. Safe for use by many
 * threads.
 */
public final class FilledCaches {

    private static final Logger logger = Loggers.DECORATOR;

    private static final Set<FeatureCache> CACHES =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private FilledCaches() {}

    /** Adds a cache that a decorator is about to use. */
    public static void add(FeatureCache cache) {
        CACHES.add(cache);
    }

    /** Has the rows that wait in memory written. Waits for no disk, and never throws. */
    public static void startFlush() {
        for (FeatureCache cache : open()) {
            try {
                cache.startFlush();
            } catch (CacheClosedException e) { // since it was listed: its close has written them
                logger.debug("a cache was closed at the end of an epoch", e);
            }
        }
    }

    private static List<FeatureCache> open() {
        synchronized (CACHES) {
            CACHES.removeIf(FeatureCache::isClosed);
            return List.copyOf(CACHES);
        }
    }
}
