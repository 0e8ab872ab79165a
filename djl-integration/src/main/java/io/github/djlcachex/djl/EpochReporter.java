package io.github.djlcachex.djl;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.Figures;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.RowCost;
import io.github.djlcachex.row.CacheIoException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.LongSupplier;

/** EpochReporter turns the growth of counters into reports. It is for one thread. */
final class EpochReporter {

    private final List<CacheBlockDecorator> decorators;
    private final LongSupplier nanoClock;

    /** The caches as they were last seen; one that was closed still has its numbers. */
    private final Map<CacheBlockDecorator, FeatureCache> caches = new LinkedHashMap<>();

    /** Which files there were when their sizes were asked for, which takes a call for each. */
    private record Files(long segments, long segmentWrites) {}

    private @Nullable Files filesSeen;
    private @Nullable Long diskBytes;
    private ReportNumbers first = ReportNumbers.none();
    private ReportNumbers last = ReportNumbers.none();
    private long firstNanos;
    private long lastNanos;
    private int epochs;

    EpochReporter(List<CacheBlockDecorator> decorators, LongSupplier nanoClock) {
        this.decorators = decorators;
        this.nanoClock = nanoClock;
    }

    /** A training begins. */
    void begin() {
        first = numbers();
        last = first;
        firstNanos = nanoClock.getAsLong();
        lastNanos = firstNanos;
        epochs = 0;
    }

    /** An epoch ends. */
    EpochReport epoch() {
        epochs++;
        decorators.forEach(CacheBlockDecorator::rememberRowCost);
        ReportNumbers now = numbers();
        long nowNanos = nanoClock.getAsLong();
        EpochReport report = report(last, now, nowNanos - lastNanos, false);
        last = now;
        lastNanos = nowNanos;
        return report;
    }

    /** The training ends. */
    EpochReport total() {
        return report(first, numbers(), nanoClock.getAsLong() - firstNanos, true);
    }

    private ReportNumbers numbers() {
        for (CacheBlockDecorator decorator : decorators) {
            decorator.openCache().ifPresent(cache -> caches.put(decorator, cache));
        }
        return ReportNumbers.of(decorators, caches);
    }

    private EpochReport report(ReportNumbers before, ReportNumbers now, long nanos, boolean whole) {
        return new EpochReport(
                epochs,
                whole,
                nanos,
                rows(before, now),
                times(before, now),
                saved(before, now),
                space(now, whole));
    }

    private static EpochReport.Rows rows(ReportNumbers before, ReportNumbers now) {
        return new EpochReport.Rows(
                now.grown(before, DecoratorStats::hits),
                now.grown(before, DecoratorStats::misses),
                now.grown(before, DecoratorStats::computedRows),
                now.grown(before, DecoratorStats::declinedRows),
                now.grownInStores(before, CacheStats::lostRows),
                now.grownInStores(before, CacheStats::memoryHits),
                now.grownInStores(before, CacheStats::pendingHits),
                now.grownInStores(before, CacheStats::diskHits),
                now.grown(before, DecoratorStats::uncachedBatches));
    }

    private static EpochReport.Times times(ReportNumbers before, ReportNumbers now) {
        return new EpochReport.Times(
                now.grown(before, stats -> stats.readTime().toNanos()),
                now.grown(before, stats -> stats.computeTime().toNanos()),
                now.grown(before, stats -> stats.storeTime().toNanos()));
    }

    private EpochReport.@Nullable Saved saved(ReportNumbers before, ReportNumbers now) {
        double nanos = 0;
        List<Double> costs = new ArrayList<>();
        StringJoiner basis = new StringJoiner("; ");
        for (CacheBlockDecorator decorator : decorators) {
            Optional<RowCosts.Basis> cost = decorator.rowCost();
            long hits = now.grown(before, decorator, DecoratorStats::hits);
            if (cost.isEmpty()) {
                if (hits > 0) {
                    return null;
                }
                continue;
            }
            double rowNanos = cost.get().cost().nanosPerRow();
            nanos += hits * rowNanos;
            nanos -= now.grown(before, decorator, stats -> stats.readTime().toNanos());
            nanos -= now.grown(before, decorator, stats -> stats.storeTime().toNanos());
            costs.add(rowNanos);
            basis.add(describe(cost.get()));
        }
        return costs.isEmpty() ? null : new EpochReport.Saved(nanos, costs, basis.toString());
    }

    private static String describe(RowCosts.Basis basis) {
        RowCost cost = basis.cost();
        String where =
                basis.here()
                        ? "measured here"
                        : "measured before on " + cost.device() + " of " + cost.host();
        return Figures.shortSpan(cost.nanosPerRow())
                + " a row, "
                + where
                + " over "
                + cost.rows()
                + " rows";
    }

    private EpochReport.Space space(ReportNumbers now, boolean whole) {
        Map<String, FeatureCache> stores = new LinkedHashMap<>();
        caches.values().forEach(cache -> stores.put(cache.directory().toString(), cache));
        Files files =
                new Files(
                        now.inStores(CacheStats::segments),
                        now.inStores(CacheStats::segmentWrites));
        if (whole || diskBytes == null || !files.equals(filesSeen)) {
            diskBytes = diskBytes(stores.values());
            filesSeen = files;
        }
        return new EpochReport.Space(
                now.inStores(CacheStats::pendingBytes), diskBytes, List.copyOf(stores.keySet()));
    }

    private static @Nullable Long diskBytes(Iterable<FeatureCache> stores) {
        long bytes = 0;
        try {
            for (FeatureCache store : stores) {
                bytes += store.diskBytes();
            }
            return bytes;
        } catch (CacheIoException e) {
            Loggers.REPORT.debug("the size of a cache cannot be told now", e);
            return null;
        }
    }
}
