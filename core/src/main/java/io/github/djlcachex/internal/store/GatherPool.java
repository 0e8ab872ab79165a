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
 * The threads that help callers to read their batches; one instance is for all stores of the JVM.
 *
 * <p>They start when they are asked and end when they were idle for some seconds. Who asks while
 * all are at work, or where the system gives no thread, goes on alone.
 */
final class GatherPool {

    /**
     * The helpers of one batch by default. With more, rows of a disk hardly come faster; what is
     * read is waited for, not computed.
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

    /** One that does not keep the class loader of whoever happens to ask first. */
    private static Thread newThread(Runnable work) {
        String name = "djlcachex-gather-" + STARTED.incrementAndGet();
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(GatherPool.class.getClassLoader());
        return thread;
    }

    /**
     * Has a thread run something soon. Returns false if none is idle and none can be started; a
     * system that gives none is not asked again for a second.
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

    /** Notes that a large gather begins, and tells whether a core is left to help it. */
    boolean tryReserveCore() {
        return 2 * largeGathers.incrementAndGet() <= cores;
    }

    /** Notes that a large gather is over. */
    void releaseCore() {
        largeGathers.decrementAndGet();
    }
}
