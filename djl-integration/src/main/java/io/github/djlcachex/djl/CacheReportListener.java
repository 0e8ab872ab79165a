package io.github.djlcachex.djl;

import ai.djl.metric.Metrics;
import ai.djl.metric.Unit;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * CacheReportListener is a listener of a DJL trainer that says after each epoch what the cache did.
 *
 * <pre>{@code
 * config.addTrainingListeners(CacheReportListener.of(cached));
 * }</pre>
 *
 * <p>It writes one line an epoch, and one with the totals at the end of the training: how many
 * features came from the cache and from which tier, how long they took to read, how long the others
 * took to compute and to store, what was saved, and what waits and lies on disk. The rows of the
 * validation belong to their epoch.
 *
 * <p>What was <i>saved</i> is the number of hits, times what a row costs to compute, less the time
 * for reading and storing. The cost is the median of the batches that this process computed, after
 * the first two; a process that computes none uses what an earlier one has left beside the rows,
 * and says so. If there is neither, it is unknown. It is negative where the cache costs more than
 * it saves.
 *
 * <p>The tiers are those of the whole store, which other users in this JVM may read too. The line
 * goes to the logger of this class, at level info, unless {@link
 * CacheReportListenerBuilder#optLines} takes it. The numbers are also added to the trainer's
 * metrics, if it has some: {@code cache_hits} and {@code cache_misses} in COUNT, {@code
 * cache_read}, {@code cache_compute} and {@code cache_saved} in MICROSECONDS, {@code cache_disk} in
 * BYTES.
 *
 * <p>It flushes nothing. A failure of a report never fails the training. It is for one trainer at a
 * time, and starts anew with the next.
 */
public final class CacheReportListener extends TrainingListenerAdapter {

    private final EpochReporter reporter;
    private final Consumer<String> lines;
    private final @Nullable Path jsonLines;
    private boolean failed;

    CacheReportListener(CacheReportListenerBuilder options, LongSupplier nanoClock) {
        this.reporter = new EpochReporter(options.decorators(), nanoClock);
        this.lines = options.lines == null ? Loggers.REPORT::info : options.lines;
        this.jsonLines = options.jsonLines;
    }

    /**
     * Returns a listener that logs.
     *
     * @param decorators the decorators of the network, one or more
     * @return the listener
     * @throws io.github.djlcachex.row.InvalidOptionException if there is none, or one is null
     */
    public static CacheReportListener of(CacheBlockDecorator... decorators) {
        return builder().setDecorators(decorators).build();
    }

    /**
     * Returns a builder.
     *
     * @return the builder
     */
    public static CacheReportListenerBuilder builder() {
        return new CacheReportListenerBuilder();
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
        reporter.begin();
    }

    @Override
    public void onEpoch(Trainer trainer) {
        report(reporter::epoch, trainer.getMetrics());
    }

    @Override
    public void onTrainingEnd(Trainer trainer) {
        report(reporter::total, null);
    }

    private void report(Supplier<EpochReport> source, @Nullable Metrics metrics) {
        try {
            EpochReport report = source.get();
            lines.accept(report.line());
            if (metrics != null) {
                addTo(metrics, report);
            }
            append(report.json());
        } catch (IOException | RuntimeException e) {
            warn(e);
        }
    }

    private static void addTo(Metrics metrics, EpochReport report) {
        metrics.addMetric("cache_hits", report.rows().hits(), Unit.COUNT);
        metrics.addMetric("cache_misses", report.rows().misses(), Unit.COUNT);
        metrics.addMetric("cache_read", micros(report.times().read()), Unit.MICROSECONDS);
        metrics.addMetric("cache_compute", micros(report.times().compute()), Unit.MICROSECONDS);
        EpochReport.Saved saved = report.saved();
        if (saved != null) {
            metrics.addMetric("cache_saved", micros((long) saved.nanos()), Unit.MICROSECONDS);
        }
        Long diskBytes = report.space().diskBytes();
        if (diskBytes != null) {
            metrics.addMetric("cache_disk", diskBytes, Unit.BYTES);
        }
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    private void append(String json) throws IOException {
        if (jsonLines != null) {
            Files.write(
                    jsonLines,
                    (json + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /** A disk that stays full is one warning. */
    private void warn(Exception failure) {
        if (!failed) {
            failed = true;
            Warnings.warn(
                    Loggers.REPORT,
                    "A report of the cache failed, and training goes on: {}. Later failures are"
                            + " not shown",
                    failure.toString());
        }
        Loggers.REPORT.debug("a report of the cache failed", failure);
    }
}
