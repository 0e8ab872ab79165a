package io.github.djlcachex.djl;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.RateWindow;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** WarmupTracker tells whoever looks how far a warm-up is. It is for one thread. */
final class WarmupTracker {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final LongSupplier nanoClock;
    private final RateWindow rate = new RateWindow();
    private final ProgressListener listener;
    private final @Nullable ProgressDisplay display;
    private long beginNanos;
    private long toldNanos;
    private int missing;
    private long bytesBefore;
    private long bytes;

    WarmupTracker(Warmup options) {
        ProgressListener own = options.listener;
        this.nanoClock = options.nanoClock;
        this.display =
                own != null
                        ? null
                        : options.display != null ? options.display : ProgressDisplay.forProcess();
        this.listener = own != null ? own : progress -> show(progress);
        this.beginNanos = nanoClock.getAsLong(); // the search for what is missing belongs to it
    }

    private void show(WarmupProgress progress) {
        if (display != null) {
            display.onProgress(progress);
        }
    }

    void begin(int missingRows, FeatureCache cache) {
        missing = missingRows;
        bytesBefore = cache.stats().persistedBytes();
        long now = nanoClock.getAsLong();
        rate.add(now, 0);
        tell(now, 0, 0);
    }

    /**
     * Notes the progress, and tells it unless it was told just now. The last one is told always.
     */
    void update(int done, int badRows, FeatureCache cache) {
        CacheStats stats = cache.stats();
        bytes = stats.persistedBytes() - bytesBefore + stats.pendingBytes();
        long now = nanoClock.getAsLong();
        rate.add(now, done);
        if (now - toldNanos >= PAUSE_NANOS || done == missing) {
            tell(now, done, badRows);
        }
    }

    private void tell(long now, int done, int badRows) {
        toldNanos = now;
        listener.onProgress(
                new WarmupProgress(missing, done, badRows, rate.perSecond(), bytes, elapsed(now)));
    }

    private Duration elapsed(long now) {
        return Duration.ofNanos(now - beginNanos);
    }

    WarmupReport report(long rows, int done, List<BadRow> badRows, FeatureCache cache) {
        return new WarmupReport(
                rows,
                missing,
                done,
                badRows,
                cache.stats().persistedBytes() - bytesBefore,
                elapsed(nanoClock.getAsLong()));
    }

    void end(WarmupReport report) {
        if (display != null) {
            display.end(report);
        }
    }
}
