package io.github.djlcachex.micrometer;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheClosedException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * FeatureCacheMetrics shows the counters of a {@link FeatureCache} as Micrometer meters.
 *
 * <pre>{@code
 * FeatureCacheMetrics.monitor(registry, cache);
 * }</pre>
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><th>name</th><th>kind</th><th>meaning</th></tr>
 * <tr><td>{@code cache.gets}</td><td>counter, tag {@code result}</td><td>rows that were found ({@code
 * hit}), and that were not ({@code miss})</td></tr>
 * <tr><td>{@code cache.puts}</td><td>counter</td><td>rows that were accepted</td></tr>
 * <tr><td>{@code cache.size}</td><td>gauge</td><td>rows of distinct keys</td></tr>
 * <tr><td>{@code djlcachex.hits}</td><td>counter, tag {@code tier}</td><td>the hits, by where the row
 * was: {@code disk}, {@code memory}, {@code waiting}</td></tr>
 * <tr><td>{@code djlcachex.rows.declined}</td><td>counter</td><td>rows that were not taken</td></tr>
 * <tr><td>{@code djlcachex.rows.overlimit}</td><td>counter</td><td>rows that were not taken because
 * the cache directory is full</td></tr>
 * <tr><td>{@code djlcachex.rows.lost}</td><td>counter</td><td>rows that could not be written</td></tr>
 * <tr><td>{@code djlcachex.rows.corrupt}</td><td>counter</td><td>reads that failed or had other
 * bytes</td></tr>
 * <tr><td>{@code djlcachex.pending}</td><td>gauge, bytes</td><td>rows that wait to be written</td></tr>
 * <tr><td>{@code djlcachex.disk}</td><td>gauge, bytes</td><td>files of the generation; asked for every
 * 30 seconds at most</td></tr>
 * <tr><td>{@code djlcachex.disk.files}</td><td>gauge</td><td>files of the generation; counted every
 * minute at most</td></tr>
 * <tr><td>{@code djlcachex.garbage}</td><td>gauge, percent</td><td>rows in files that no key leads
 * to</td></tr>
 * <tr><td>{@code djlcachex.segments}</td><td>gauge</td><td>segment files that are known</td></tr>
 * <tr><td>{@code djlcachex.flush}</td><td>timer</td><td>segment files that were written, and how long
 * that took</td></tr>
 * </table>
 *
 * <p>Each has the tags {@code cache}, the module id, and {@code generation}, eight hex digits of
 * its fingerprint. Ids of rows are never tags. All caches that a JVM opens on one generation share
 * their counters, and so are registered once. The meters are removed when the last of them that was
 * bound is closed.
 *
 * <p>The numbers are read when the registry asks for them; nothing is added to the work of the
 * cache. Safe for use by many threads.
 */
public final class FeatureCacheMetrics extends CacheMeterBinder<FeatureCache> {

    private static final int GENERATION_DIGITS = 8;
    private static final String GENERATION_PREFIX = "g-";

    private final DiskGauge disk;

    /**
     * Creates the meters of a cache, which are registered by {@code bindTo}.
     *
     * @param cache the cache, open
     * @param tags more tags, which tell apart caches of one module in several directories
     */
    public FeatureCacheMetrics(FeatureCache cache, Iterable<Tag> tags) {
        super(cache, cache.moduleId(), Tags.of(tags).and("generation", generationOf(cache)));
        this.disk = new DiskGauge(System::nanoTime);
    }

    /**
     * Registers the meters of a cache.
     *
     * @param registry the registry
     * @param cache the cache, open
     * @param tags more tags, by pairs of name and value
     * @return the cache
     */
    public static FeatureCache monitor(MeterRegistry registry, FeatureCache cache, String... tags) {
        new FeatureCacheMetrics(cache, Tags.of(tags)).bindTo(registry);
        return cache;
    }

    private static String generationOf(FeatureCache cache) {
        String name = cache.directory().getFileName().toString();
        String digits =
                name.startsWith(GENERATION_PREFIX)
                        ? name.substring(GENERATION_PREFIX.length())
                        : name;
        return digits.substring(0, Math.min(GENERATION_DIGITS, digits.length()));
    }

    @Override
    protected @Nullable Long size() {
        FeatureCache cache = getCache();
        try {
            return cache == null ? null : cache.rowCount();
        } catch (CacheClosedException e) {
            return 0L; // between the close and the removal of the meter
        }
    }

    @Override
    protected long hitCount() {
        return count(getCache(), CacheStats::hits);
    }

    @Override
    protected Long missCount() {
        return count(getCache(), CacheStats::misses);
    }

    /** Returns null: rows are not evicted. */
    @Override
    protected @Nullable Long evictionCount() {
        return null;
    }

    @Override
    protected long putCount() {
        return count(getCache(), CacheStats::storedRows);
    }

    private static long count(@Nullable FeatureCache cache, ToLongFunction<CacheStats> counter) {
        return cache == null ? 0 : counter.applyAsLong(cache.stats());
    }

    @Override
    protected void bindImplementationSpecificMetrics(MeterRegistry registry) {
        FeatureCache cache = getCache();
        if (cache != null) {
            BoundStores.add(registry, tags(), cache, ids(), () -> register(registry, cache));
        }
    }

    private void register(MeterRegistry registry, FeatureCache cache) {
        counter(registry, cache, "djlcachex.hits", tags("tier", "disk"), CacheStats::diskHits);
        counter(registry, cache, "djlcachex.hits", tags("tier", "memory"), CacheStats::memoryHits);
        counter(
                registry,
                cache,
                "djlcachex.hits",
                tags("tier", "waiting"),
                CacheStats::pendingHits);
        bindRows(registry, cache);
        bindFiles(registry, cache);
    }

    private void bindRows(MeterRegistry registry, FeatureCache cache) {
        counter(registry, cache, "djlcachex.rows.declined", tags(), CacheStats::declinedRows);
        counter(registry, cache, "djlcachex.rows.overlimit", tags(), CacheStats::overLimitRows);
        counter(registry, cache, "djlcachex.rows.lost", tags(), CacheStats::lostRows);
        counter(registry, cache, "djlcachex.rows.corrupt", tags(), CacheStats::corruptRows);
        Gauge.builder("djlcachex.pending", cache, c -> c.stats().pendingBytes())
                .tags(tags())
                .baseUnit("bytes")
                .description("Rows that wait to be written")
                .register(registry);
    }

    private void bindFiles(MeterRegistry registry, FeatureCache cache) {
        Gauge.builder("djlcachex.disk", cache, disk::bytes)
                .tags(tags())
                .baseUnit("bytes")
                .description("Files of the generation")
                .register(registry);
        Gauge.builder("djlcachex.disk.files", cache, c -> c.stats().diskFiles())
                .tags(tags())
                .description("Files of the generation")
                .register(registry);
        Gauge.builder("djlcachex.garbage", cache, c -> c.stats().garbagePercent())
                .tags(tags())
                .baseUnit("percent")
                .description("Rows in files that no key leads to")
                .register(registry);
        Gauge.builder("djlcachex.segments", cache, c -> c.stats().segments())
                .tags(tags())
                .description("Segment files that are known")
                .register(registry);
        FunctionTimer.builder(
                        "djlcachex.flush",
                        cache,
                        c -> c.stats().segmentWrites(),
                        c -> c.stats().segmentWriteTime().toNanos(),
                        TimeUnit.NANOSECONDS)
                .tags(tags())
                .description("Segment files that were written")
                .register(registry);
    }

    private static void counter(
            MeterRegistry registry,
            FeatureCache cache,
            String name,
            Tags tags,
            ToLongFunction<CacheStats> counter) {
        FunctionCounter.builder(name, cache, c -> counter.applyAsLong(c.stats()))
                .tags(tags)
                .register(registry);
    }

    private Tags tags(String... more) {
        return Tags.of(getTagsWithCacheName()).and(more);
    }

    /** Returns the ids of all meters, to remove them by. */
    private List<Meter.Id> ids() {
        List<Meter.Id> ids = new ArrayList<>();
        ids.add(id("cache.gets", tags("result", "hit"), Meter.Type.COUNTER));
        ids.add(id("cache.gets", tags("result", "miss"), Meter.Type.COUNTER));
        ids.add(id("cache.puts", tags(), Meter.Type.COUNTER));
        ids.add(id("cache.size", tags(), Meter.Type.GAUGE));
        for (String tier : List.of("disk", "memory", "waiting")) {
            ids.add(id("djlcachex.hits", tags("tier", tier), Meter.Type.COUNTER));
        }
        for (String what : List.of("declined", "overlimit", "lost", "corrupt")) {
            ids.add(id("djlcachex.rows." + what, tags(), Meter.Type.COUNTER));
        }
        ids.add(id("djlcachex.pending", tags(), Meter.Type.GAUGE));
        ids.add(id("djlcachex.disk", tags(), Meter.Type.GAUGE));
        ids.add(id("djlcachex.disk.files", tags(), Meter.Type.GAUGE));
        ids.add(id("djlcachex.garbage", tags(), Meter.Type.GAUGE));
        ids.add(id("djlcachex.segments", tags(), Meter.Type.GAUGE));
        ids.add(id("djlcachex.flush", tags(), Meter.Type.TIMER));
        return ids;
    }

    private static Meter.Id id(String name, Tags tags, Meter.Type type) {
        return new Meter.Id(name, tags, null, null, type);
    }
}
