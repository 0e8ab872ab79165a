package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.HygieneReport;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The entries of a cache, whoever holds the tensors.
 *
 * <p>A reader finds the newest head, and believes it if all its chunks are there ({@link
 * EntryWriter} has the order of writes). An entry whose newest version is damaged is absent; an
 * older version is never shown in its place.
 *
 * <p>Safe for use by several threads: what they share is the {@link FeatureCache}, the {@link
 * Versions} and the counters.
 */
final class Entries {

    private final FeatureCache cache;
    private final TensorCacheBuilder options;
    private final EntryRows rows;
    private final Versions versions;
    private final EntryWriter writer;
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    Entries(FeatureCache cache, TensorCacheBuilder options) {
        this.cache = cache;
        this.options = options;
        this.rows = new EntryRows(cache);
        this.versions = new Versions(cache, rows);
        this.writer = new EntryWriter(cache, options, rows, versions);
    }

    /**
     * Stores an entry, or says why not.
     *
     * @param copied the bytes of heap that copies of the tensors take
     */
    TensorPut put(
            TensorKey key, List<Source> sources, Origin origin, TensorOptions how, long copied) {
        TensorPut put = writer.put(key, sources, origin, how, copied);
        (put.isStored() ? stored : refused).incrementAndGet();
        return put;
    }

    /** Says that an entry is removed, if it is there. */
    boolean remove(TensorKey key) {
        boolean isThere = find(key).isPresent();
        if (isThere) {
            writer.remove(key);
        }
        return isThere;
    }

    /**
     * Removes the rows that no reader is shown any more, and replaces their files. Nothing goes
     * while what replaced it is not on disk.
     */
    HygieneReport trim() {
        if (cache.flush().isComplete()) {
            List<String> stale = new StaleRows(rows, this::isShown).keys();
            if (!stale.isEmpty()) {
                cache.remove(Keys.ofStrings(stale));
            }
        }
        return cache.compact();
    }

    /** Returns the head of an entry, or nothing if it is absent or not whole. */
    Optional<Head> find(TensorKey key) {
        String digest = Given.notNull("key", key).digest();
        long version = versions.newest(digest);
        if (version == 0) {
            return Optional.empty();
        }
        String headKey = EntryRows.headKey(digest, version);
        Optional<Head> head = rows.head(headKey).flatMap(Entries::parsed);
        if (head.isEmpty()) {
            return cache.contains(headKey) ? damaged(key) : Optional.empty();
        }
        if (!isShown(head.get())) {
            return Optional.empty();
        }
        return rows.hasChunks(head.get()) ? head : damaged(key);
    }

    static Optional<Head> parsed(String text) {
        try {
            return Optional.of(Head.of(text));
        } catch (RuntimeException e) {
            return Optional.empty(); // of a later version of the library, or no head at all
        }
    }

    private boolean isShown(Head head) {
        Duration expiry = options.expiry;
        boolean isOld =
                expiry != null
                        && options.clockMs.getAsLong() - head.writtenAtMs() > expiry.toMillis();
        return !head.isRemoved() && !isOld;
    }

    /** Counts an entry of which a part is damaged or gone, or throws. */
    <T> Optional<T> damaged(TensorKey key) {
        damaged.incrementAndGet();
        if (options.damage == DamagePolicy.THROW) {
            throw new DamagedEntryException(
                    Problem.of(
                            "entry " + key,
                            "all of its rows",
                            "one that is damaged or gone",
                            "put it again; FeatureCache.verify names the file"));
        }
        return Optional.empty();
    }

    ChunkReader reader(Head head) {
        return new ChunkReader(rows, head, options.threads);
    }

    /** Returns the heads of all entries that are there, in the order of their attributes. */
    List<Head> list() {
        List<String> keys =
                versions.scan().stream()
                        .map(digest -> EntryRows.headKey(digest, versions.newest(digest)))
                        .toList();
        List<Head> heads = new ArrayList<>();
        rows.heads(keys).stream()
                .flatMap(Optional::stream)
                .flatMap(text -> parsed(text).stream())
                .filter(head -> isShown(head) && rows.hasChunks(head))
                .forEach(heads::add);
        heads.sort(Comparator.comparing(head -> head.key().text()));
        return heads;
    }

    void count(boolean isHit) {
        (isHit ? hits : misses).incrementAndGet();
    }

    long usedBytes() {
        return writer.usedBytes();
    }

    TensorCacheStats stats() {
        return new TensorCacheStats(
                hits.get(), misses.get(), damaged.get(), stored.get(), refused.get());
    }
}
