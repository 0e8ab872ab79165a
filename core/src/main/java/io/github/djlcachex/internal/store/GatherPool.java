package io.github.djlcachex.internal.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that help callers to read their batches. One instance serves all stores of the JVM.
 *
 * <p>A thread starts when a caller recruits it and ends when it was idle for five seconds. While
 * all are busy, or where the system gives no thread, the caller reads alone.
 */
final class GatherPool {

    /**
     * The helpers of one batch by default. More hardly make a disk faster. They wait for reads, so
     * their number is not of cores.
     */
    static final int DEFAULT_HELPERS = 7;

    static final GatherPool SHARED =
            new GatherPool(GatherPool::newThread, Runtime.getRuntime().availableProcessors());

    private static final Logger logger = LoggerFactory.getLogger(GatherPool.class);
    private static final long IDLE_S = 5;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final ThreadPoolExecutor pool;
    private final int cores;
    private final AtomicInteger largeGathers = new AtomicInteger();
    private final AtomicLong notBeforeNanos = new AtomicLong(System.nanoTime());

    GatherPool(ThreadFactory threads, int cores) {
        this.cores = cores;
        this.pool =
                new ThreadPoolExecutor(
                        0,
                        1, // see allow
                        IDLE_S,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        threads,
                        new ThreadPoolExecutor.AbortPolicy());
    }

    /**
     * Lets one batch have some helpers. The pool never has more threads than the most that were
     * allowed to one batch, since a store that was closed may be opened again.
     */
    synchronized void allow(int helpers) {
        if (helpers > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(helpers);
        }
    }

    /** Makes a thread that does not keep the class loader of its first caller. */
    private static Thread newThread(Runnable work) {
        String name = "djlcachex-gather-" + STARTED.incrementAndGet();
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(GatherPool.class.getClassLoader());
        return thread;
    }

    /**
     * Has a thread run something soon. Returns false if no thread is idle and none can be started.
     * A system that gives none is asked again after a second.
     */
    boolean tryExecute(Runnable work) {
        if (System.nanoTime() - notBeforeNanos.get() < 0) {
            return false;
        }
        try {
            pool.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false; // all are at work
        } catch (OutOfMemoryError | RuntimeException e) { // such as where there are too many
            logger.debug("cannot start a thread; batches are read with fewer", e);
            notBeforeNanos.set(System.nanoTime() + RETRY_NANOS);
            return false;
        }
    }

    /** How often a thread was found, roughly. */
    long begun() {
        return pool.getTaskCount();
    }

    /** How many large gathers are under way. */
    int largeGathers() {
        return largeGathers.get();
    }

    /**
     * Counts a large gather, and tells whether a core is left to help it. Either way {@link
     * #endLargeGather} must follow.
     */
    boolean beginLargeGather() {
        return 2 * largeGathers.incrementAndGet() <= cores;
    }

    /** Ends the count of a large gather. */
    void endLargeGather() {
        largeGathers.decrementAndGet();
    }
}
