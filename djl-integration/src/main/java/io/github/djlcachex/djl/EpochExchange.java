package io.github.djlcachex.djl;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.djl.internal.HelperThread;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;
import io.github.djlcachex.row.CacheClosedException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/**
 * An EpochExchange is a training listener by which the ranks of a run give each other the rows that
 * they computed in an epoch: at its end it flushes the caches, waits at the user's barrier, and
 * refreshes the caches.
 *
 * <pre>{@code
 * FileBarrier barrier =
 *         FileBarrier.builder().setDirectory(shared).setRunId(runId).build();
 * config.addTrainingListeners(
 *         EpochExchange.builder()
 *                 .setDecorators(cached)
 *                 .optBarrier(barrier::await)
 *                 .build());
 * }</pre>
 *
 * <p>From the second epoch on no rank then computes a row that some rank computed before, also if
 * every epoch deals the rows anew. That holds for rows that are stored: with {@link
 * CacheBlockDecoratorBuilder#optWriterRank} the others get those of the writer alone. Without a
 * barrier a rank finds what the others have flushed by then.
 *
 * <p>DJL ends an epoch after its validation, so the rows of both are exchanged. All devices of a
 * trainer share its listener, and one exchange.
 *
 * <p>A flush that leaves rows behind, or takes too long, and a refresh that fails are warnings, and
 * training goes on: other ranks compute those rows again. What the barrier throws is thrown. A
 * report of {@link FeatureCache#flush} that comes later does not repeat what this flush reported.
 *
 * <p>Safe for use by several trainers, whose exchanges come one after the other.
 */
public final class EpochExchange extends TrainingListenerAdapter {

    private static final Logger logger = Loggers.EXCHANGE;

    private final List<CacheBlockDecorator> decorators;
    private final List<FeatureCache> given;
    private final @Nullable Runnable barrier;
    private final long timeoutNanos;
    private final HelperThread helper = new HelperThread("djlcachex-exchange");

    EpochExchange(EpochExchangeBuilder builder) {
        this.decorators = builder.decorators;
        this.given = builder.caches;
        this.barrier = builder.barrier;
        this.timeoutNanos = builder.timeout.toNanos();
    }

    /**
     * Returns a builder.
     *
     * @return the builder
     */
    public static EpochExchangeBuilder builder() {
        return new EpochExchangeBuilder();
    }

    /**
     * Exchanges the rows, see {@link #exchange}.
     *
     * @param trainer the trainer whose epoch ends
     */
    @Override
    public void onEpoch(Trainer trainer) {
        exchange();
    }

    /**
     * Flushes the caches, waits at the barrier, and refreshes the caches. For loops that call no
     * listeners.
     */
    public synchronized void exchange() {
        Set<FeatureCache> caches = new LinkedHashSet<>(given);
        decorators.forEach(decorator -> caches.addAll(decorator.openCaches()));
        caches.forEach(this::flush);
        if (barrier != null) {
            barrier.run();
        }
        caches.forEach(this::refresh);
    }

    private void flush(FeatureCache cache) {
        FlushReport report = call(cache, "flushed", cache::flush);
        if (report != null && !report.isComplete()) {
            Warnings.warn(
                    logger,
                    "Rows of module '{}' in {} are not on disk at the end of the epoch, and other"
                            + " ranks compute them again: {}",
                    cache.moduleId(),
                    cache.directory(),
                    report);
        }
    }

    private void refresh(FeatureCache cache) {
        Integer files = call(cache, "refreshed", cache::refresh);
        logger.debug("{} new segments in {}", files, cache.directory());
    }

    /** Returns the result of a call, or null if it did not come, which is logged. */
    private <T> @Nullable T call(FeatureCache cache, String done, Callable<T> work) {
        if (cache.isClosed()) {
            return null; // its close has written its rows, or reported them
        }
        try {
            Optional<T> result = helper.call(work, timeoutNanos);
            if (result.isEmpty()) {
                warn(cache, done, "not within " + Duration.ofNanos(timeoutNanos));
            }
            return result.orElse(null);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof CacheClosedException)) {
                warn(cache, done, String.valueOf(e.getCause()));
            }
            return null;
        }
    }

    private static void warn(FeatureCache cache, String done, String reason) {
        Warnings.warn(
                logger,
                "Module '{}' in {} was not {} at the end of the epoch ({}); training goes on, and"
                        + " rows are computed again that ranks could have shared.",
                cache.moduleId(),
                cache.directory(),
                done,
                reason);
    }
}
