package io.github.djlcachex.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlcachex.cache.FeatureCache;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What a registry shows of a cache. */
class FeatureCacheMetricsTest {

    private static final Set<String> NAMES =
            Set.of(
                    "cache.gets",
                    "cache.puts",
                    "cache.size",
                    "djlcachex.hits",
                    "djlcachex.rows.declined",
                    "djlcachex.rows.overlimit",
                    "djlcachex.rows.lost",
                    "djlcachex.rows.corrupt",
                    "djlcachex.pending",
                    "djlcachex.disk",
                    "djlcachex.disk.files",
                    "djlcachex.garbage",
                    "djlcachex.segments",
                    "djlcachex.flush");

    @TempDir Path directory;

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private FeatureCache open() {
        return open(directory);
    }

    private static FeatureCache open(Path directory) {
        return FeatureCache.builder().directory(directory).moduleId("minilm").open();
    }

    private static String generation(FeatureCache cache) {
        return cache.directory().getFileName().toString().substring(2, 10);
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        registry.getMeters().forEach(meter -> names.add(meter.getId().getName()));
        return names;
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Test
    void meters_ofACache_showItsCounters() {
        try (FeatureCache cache = FeatureCacheMetrics.monitor(registry, open())) {
            cache.put("a", new float[] {1, 2});
            cache.put("b", new float[] {3, 4});
            assertThat(gauge("djlcachex.pending")).isEqualTo(16);
            cache.get("a");
            cache.flush();
            cache.get("a");
            cache.get("b");
            cache.get("c");
            assertThat(counter("cache.gets", "result", "hit")).isEqualTo(3);
            assertThat(counter("cache.gets", "result", "miss"))
                    .isEqualTo((double) cache.stats().misses())
                    .isPositive();
            assertThat(counter("cache.puts")).isEqualTo(2);
            assertThat(gauge("cache.size")).isEqualTo(2);
            assertThat(counter("djlcachex.hits", "tier", "waiting")).isEqualTo(1);
            assertThat(counter("djlcachex.hits", "tier", "disk")).isEqualTo(2);
            assertThat(counter("djlcachex.hits", "tier", "memory")).isZero();
            assertThat(counter("djlcachex.rows.declined")).isZero();
            assertThat(gauge("djlcachex.pending")).isZero();
            assertThat(gauge("djlcachex.segments")).isEqualTo(1);
            assertThat(gauge("djlcachex.disk")).isEqualTo((double) cache.diskBytes());
            assertThat(registry.get("djlcachex.flush").functionTimer().count()).isEqualTo(1);
            assertThat(
                            registry.get("djlcachex.flush")
                                    .functionTimer()
                                    .totalTime(TimeUnit.NANOSECONDS))
                    .isCloseTo((double) cache.stats().segmentWriteTime().toNanos(), within(1.0));
        }
    }

    @Test
    void meters_ofARefusingCache_countDeclinedRows() {
        open().close();
        FeatureCache readOnly =
                FeatureCache.builder()
                        .directory(directory)
                        .moduleId("minilm")
                        .readOnly(true)
                        .open();
        try (readOnly) {
            FeatureCacheMetrics.monitor(registry, readOnly);
            readOnly.put("a", new float[] {1});
            assertThat(counter("djlcachex.rows.declined")).isEqualTo(1);
        }
    }

    @Test
    void tags_areModuleAndGeneration_andNoId() {
        try (FeatureCache cache = FeatureCacheMetrics.monitor(registry, open(), "team", "search")) {
            cache.put("secret id", new float[] {1, 2});
            assertThat(names()).isEqualTo(new TreeSet<>(NAMES));
            for (Meter meter : registry.getMeters()) {
                List<Tag> tags = meter.getId().getTags();
                assertThat(tags)
                        .contains(
                                Tag.of("cache", "minilm"),
                                Tag.of("generation", generation(cache)),
                                Tag.of("team", "search"));
                assertThat(tags)
                        .extracting(Tag::getKey)
                        .isSubsetOf("cache", "generation", "team", "result", "tier");
                assertThat(tags).extracting(Tag::getValue).doesNotContain("secret id");
            }
        }
    }

    @Test
    void cachesOfOneStore_areRegisteredOnceAndRemovedWithTheLast() {
        FeatureCache first = FeatureCacheMetrics.monitor(registry, open());
        FeatureCache second = FeatureCacheMetrics.monitor(registry, open());
        int meters = registry.getMeters().size();
        assertThat(meters).isEqualTo(17);
        first.put("a", new float[] {1, 2});
        second.get("a");
        assertThat(counter("cache.puts")).isEqualTo(1);
        assertThat(counter("cache.gets", "result", "hit")).isEqualTo(1);
        first.close();
        second.get("a");
        assertThat(registry.getMeters()).hasSize(meters);
        assertThat(counter("cache.gets", "result", "hit")).isEqualTo(2);
        second.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aStoreThatIsOpenedAgain_hasMetersAgain() {
        try (FeatureCache cache = FeatureCacheMetrics.monitor(registry, open())) {
            cache.put("a", new float[] {1, 2});
        }
        try (FeatureCache cache = FeatureCacheMetrics.monitor(registry, open())) {
            assertThat(cache.get("a")).isPresent();
            assertThat(counter("cache.puts")).isZero();
            assertThat(counter("djlcachex.hits", "tier", "disk")).isEqualTo(1);
        }
    }

    @Test
    void storesWithTheSameTags_areToldApartByTagsOfTheCaller() {
        FeatureCache other = open(directory.resolve("other"));
        try (FeatureCache one = open(directory.resolve("one"))) {
            FeatureCacheMetrics.monitor(registry, one);
            FeatureCacheMetrics.monitor(registry, other); // is logged, and not shown
            one.put("a", new float[] {1});
            assertThat(counter("cache.puts")).isEqualTo(1);
            assertThat(registry.getMeters()).hasSize(17);
            new FeatureCacheMetrics(other, Tags.of("place", "other")).bindTo(registry);
            assertThat(registry.getMeters()).hasSize(34);
            other.close();
            assertThat(registry.getMeters()).hasSize(17);
        }
    }

    @Test
    void aCacheThatWasClosed_leavesNoMeters() {
        FeatureCache cache = open();
        cache.close();
        FeatureCacheMetrics.monitor(registry, cache);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void diskGauge_withinHalfAMinute_asksOnce() {
        long[] nanos = {0};
        DiskGauge gauge = new DiskGauge(() -> nanos[0]);
        try (FeatureCache cache = open()) {
            double before = gauge.bytes(cache);
            cache.put("a", new float[] {1, 2});
            cache.flush();
            nanos[0] = DiskGauge.KEPT_NANOS - 1;
            assertThat(gauge.bytes(cache)).isEqualTo(before);
            nanos[0] = DiskGauge.KEPT_NANOS;
            assertThat(gauge.bytes(cache))
                    .isEqualTo((double) cache.diskBytes())
                    .isGreaterThan(before);
        }
    }

    @Test
    void prometheus_scrapesNamesWithUnits() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (FeatureCache cache = FeatureCacheMetrics.monitor(prometheus, open())) {
            cache.put("a", new float[] {1, 2});
            cache.flush();
            cache.get("a");
            String tags = "{cache=\"minilm\",generation=\"" + generation(cache) + "\"";
            assertThat(prometheus.scrape().lines())
                    .contains(
                            "cache_gets_total" + tags + ",result=\"hit\"} 1.0",
                            "cache_puts_total" + tags + "} 1.0",
                            "cache_size" + tags + "} 1.0",
                            "djlcachex_hits_total" + tags + ",tier=\"disk\"} 1.0",
                            "djlcachex_rows_lost_total" + tags + "} 0.0",
                            "djlcachex_pending_bytes" + tags + "} 0.0",
                            "djlcachex_rows_overlimit_total" + tags + "} 0.0",
                            "djlcachex_garbage_percent" + tags + "} 0.0",
                            "djlcachex_disk_files" + tags + "} 4.0",
                            "djlcachex_segments" + tags + "} 1.0",
                            "djlcachex_flush_seconds_count" + tags + "} 1");
            assertThat(prometheus.scrape()).contains("djlcachex_disk_bytes" + tags + "} ");
        }
        assertThat(prometheus.scrape()).doesNotContain("djlcachex_").doesNotContain("cache_gets");
    }
}
