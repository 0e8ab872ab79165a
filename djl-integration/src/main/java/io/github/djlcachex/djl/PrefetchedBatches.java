package io.github.djlcachex.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.DataIterable;

import io.github.djlcachex.row.CacheException;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * PrefetchedBatches is one epoch whose batches are fetched ahead: by the caller's threads, or by a
 * thread of its own, or by none.
 *
 * <p>One thread fetches the batches one after another, so that a dataset that is not safe for use
 * by many threads may be prefetched too. It ends by itself soon after the epoch.
 */
abstract class PrefetchedBatches extends DataIterable {

    private static final long IDLE_MS = 500;

    /**
     * Creates the epoch, which begins to fetch: what {@code fetch} uses must be there before.
     *
     * @param executor the caller's threads, or null
     * @param prefetched how many batches a thread of its own fetches ahead, or 0 for none
     */
    PrefetchedBatches(
            DatasetParts parts,
            NDManager manager,
            @Nullable ExecutorService executor,
            int prefetched) {
        super(
                parts.dataset(),
                manager,
                parts.sampler(),
                parts.dataBatchifier(),
                parts.labelBatchifier(),
                parts.pipeline(),
                parts.targetPipeline(),
                executor == null && prefetched > 0 ? newThread() : executor,
                prefetched > 0 ? prefetched : parts.prefetchNumber(),
                parts.device());
    }

    private static ExecutorService newThread() {
        ThreadPoolExecutor thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_MS,
                        TimeUnit.MILLISECONDS,
                        new LinkedBlockingQueue<>(),
                        PrefetchedBatches::newDaemon);
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    private static Thread newDaemon(Runnable work) {
        Thread daemon = new Thread(work, "djlcachex-prefetch");
        daemon.setDaemon(true);
        return daemon;
    }

    /** Returns the next batch, or throws what a fetch on this thread would have thrown. */
    @Override
    public Batch next() {
        try {
            return super.next();
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof ExecutionException failure
                    && failure.getCause() instanceof CacheException problem) {
                throw problem;
            }
            throw e;
        }
    }
}
