package io.github.djlcachex.djl;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * ReportNumbers are the counters of some decorators, and of the stores that they share, at one
 * instant.
 */
final class ReportNumbers {

    private static final ReportNumbers NONE = new ReportNumbers(Map.of(), Map.of());

    private final Map<CacheBlockDecorator, DecoratorStats> decorators;
    private final Map<Path, CacheStats> stores;

    private ReportNumbers(
            Map<CacheBlockDecorator, DecoratorStats> decorators, Map<Path, CacheStats> stores) {
        this.decorators = decorators;
        this.stores = stores;
    }

    /**
     * Reads the counters.
     *
     * @param caches the cache of each decorator that has one, also if it was closed
     */
    static ReportNumbers of(
            Iterable<CacheBlockDecorator> decorators,
            Map<CacheBlockDecorator, FeatureCache> caches) {
        Map<CacheBlockDecorator, DecoratorStats> ofDecorators = new HashMap<>();
        Map<Path, CacheStats> ofStores = new HashMap<>();
        decorators.forEach(decorator -> ofDecorators.put(decorator, decorator.stats()));
        caches.values().forEach(cache -> ofStores.put(cache.directory(), cache.stats()));
        return new ReportNumbers(ofDecorators, ofStores);
    }

    static ReportNumbers none() {
        return NONE;
    }

    /** Returns by how much a counter of all decorators grew. */
    long grown(ReportNumbers before, ToLongFunction<DecoratorStats> counter) {
        return decorators.keySet().stream()
                .mapToLong(decorator -> grown(before, decorator, counter))
                .sum();
    }

    /** Returns by how much a counter of one decorator grew. */
    long grown(
            ReportNumbers before,
            CacheBlockDecorator decorator,
            ToLongFunction<DecoratorStats> counter) {
        return of(decorators.get(decorator), counter)
                - of(before.decorators.get(decorator), counter);
    }

    /** Returns by how much a counter of all stores grew. */
    long grownInStores(ReportNumbers before, ToLongFunction<CacheStats> counter) {
        return stores.keySet().stream()
                .mapToLong(
                        store ->
                                of(stores.get(store), counter)
                                        - of(before.stores.get(store), counter))
                .sum();
    }

    /** Returns the sum of a level over all stores. */
    long inStores(ToLongFunction<CacheStats> level) {
        return stores.values().stream().mapToLong(level).sum();
    }

    private static <S> long of(@Nullable S stats, ToLongFunction<S> counter) {
        return stats == null ? 0 : counter.applyAsLong(stats);
    }
}
