package io.github.djlcachex.micrometer;

import io.github.djlcachex.cache.FeatureCache;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * BoundStores are the stores whose meters are in registries.
 *
 * <p>Caches that a JVM opens on one generation share a store and its counters. The first one that
 * is bound is held here, since Micrometer holds it weakly: its counters are those of the store,
 * also after it is closed. When all that were bound are closed, the meters are removed: the
 * counters of a store that is opened later begin at 0.
 */
final class BoundStores {

    private static final Logger logger = LoggerFactory.getLogger(FeatureCacheMetrics.class);

    /** Guarded by the class. */
    private static final Map<MeterRegistry, Map<Tags, Bound>> BOUND = new WeakHashMap<>();

    /** A store with meters in a registry. */
    private static final class Bound {

        private final FeatureCache first;
        private final List<Meter.Id> ids;
        private int users;

        Bound(FeatureCache first, List<Meter.Id> ids) {
            this.first = first;
            this.ids = ids;
        }

        Path directory() {
            return first.directory();
        }
    }

    private BoundStores() {}

    /**
     * Takes a cache up, registers the meters of its store unless they are, and sees to it that they
     * go when it is closed: at once if it is.
     *
     * @param register registers the meters that are the store's alone
     */
    static void add(
            MeterRegistry registry,
            Tags tags,
            FeatureCache cache,
            List<Meter.Id> ids,
            Runnable register) {
        if (take(registry, tags, cache, ids, register)) {
            WeakReference<MeterRegistry> weak = new WeakReference<>(registry);
            cache.whenClosed(() -> release(weak.get(), tags));
        }
    }

    private static synchronized boolean take(
            MeterRegistry registry,
            Tags tags,
            FeatureCache cache,
            List<Meter.Id> ids,
            Runnable register) {
        Map<Tags, Bound> ofRegistry = BOUND.computeIfAbsent(registry, r -> new HashMap<>());
        Bound bound = ofRegistry.get(tags);
        if (bound == null) {
            bound = new Bound(cache, ids);
            ofRegistry.put(tags, bound);
            register.run();
        } else if (!bound.directory().equals(cache.directory())) {
            logger.warn(
                    "{} is not shown: {} has the same tags. Give each a tag of its own",
                    cache.directory(),
                    bound.directory());
            return false;
        }
        bound.users++;
        return true;
    }

    private static void release(@Nullable MeterRegistry registry, Tags tags) {
        if (registry != null) {
            idsToRemove(registry, tags).forEach(registry::removeByPreFilterId);
        }
    }

    private static synchronized List<Meter.Id> idsToRemove(MeterRegistry registry, Tags tags) {
        Map<Tags, Bound> ofRegistry = BOUND.getOrDefault(registry, Map.of());
        Bound bound = ofRegistry.get(tags);
        if (bound == null || --bound.users > 0) {
            return List.of();
        }
        ofRegistry.remove(tags);
        return bound.ids;
    }
}
