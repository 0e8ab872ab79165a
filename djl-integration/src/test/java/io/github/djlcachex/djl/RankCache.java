package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.internal.store.WriterPolicy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The cache of one rank of a run, as a process of its own would have it: a store that this JVM
 * shares with no other, which writes and looks for files of others only when it is told to.
 */
final class RankCache implements AutoCloseable {

    private static final Map<StoreOption, Object> OPTIONS =
            Map.of(
                    StoreOption.REFRESH_INTERVAL_MS,
                    0L,
                    StoreOption.FLUSH_DELAY_MS,
                    TimeUnit.HOURS.toMillis(1));

    private final Store store;
    private final FeatureCache cache;

    private RankCache(Store store, FeatureCache cache) {
        this.store = store;
        this.cache = cache;
    }

    static RankCache of(Path directory, int rank, int worldSize) {
        return of(directory, rank, worldSize, new FileStorage());
    }

    static RankCache of(Path directory, int rank, int worldSize, Storage storage) {
        try {
            Store store = Caches.separate(directory, OPTIONS, storage);
            WriterPolicy policy =
                    WriterPolicy.of(false, null, new WriterPolicy.Rank(rank, worldSize), Map.of());
            StorePaths paths = Caches.paths(directory);
            return new RankCache(
                    store, Seams.cache(directory, paths, Caches.MODULE, policy, store));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FeatureCache cache() {
        return cache;
    }

    @Override
    public void close() {
        cache.close();
        Caches.close(store);
    }
}
