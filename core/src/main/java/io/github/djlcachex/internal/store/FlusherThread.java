package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.ChunkPool;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The daemon thread that takes segments from the queue and has them written.
 *
 * <p>It starts with the first row and ends when the queue is closed and empty. No code interrupts
 * it: an interrupt would close the file that it writes.
 */
final class FlusherThread {

    private static final Logger logger = LoggerFactory.getLogger(FlusherThread.class);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final FlushQueue queue;
    private final Predicate<FlushQueue.Job> write;
    private final LongSupplier sealIfDue;
    private final Runnable sealRest;
    private final Runnable atEnd;
    private final DaemonThread thread;

    /**
     * Creates the thread, not yet started.
     *
     * @param write writes a segment and tells whether that succeeded
     * @param sealIfDue seals the open segment if it is old enough, and returns how many
     *     milliseconds later to ask again
     * @param sealRest seals the open segment, called after the queue was closed: a close whose time
     *     ran out may not have got the lock
     * @param atEnd called when nothing will be written any more
     */
    FlusherThread(
            String name,
            FlushQueue queue,
            Predicate<FlushQueue.Job> write,
            LongSupplier sealIfDue,
            Runnable sealRest,
            Runnable atEnd) {
        this.queue = queue;
        this.write = write;
        this.sealIfDue = sealIfDue;
        this.sealRest = sealRest;
        this.atEnd = atEnd;
        this.thread = new DaemonThread(name, this::run);
    }

    /** Creates the thread of a store; {@code written} is called after each segment. */
    static FlusherThread of(
            String suffix,
            FlushQueue queue,
            Flusher segments,
            Runnable written,
            Appender appender,
            ChunkPool pool) {
        return new FlusherThread(
                "djlcachex-flusher" + suffix,
                queue,
                job -> {
                    boolean isWritten = segments.write(job);
                    written.run();
                    return isWritten;
                },
                appender::sealIfDue,
                () -> appender.sealAll(FlushQueue.FOREVER_MS),
                pool::clear);
    }

    /** Returns false if no thread would write what is queued now. */
    boolean startIfNeeded() {
        return thread.startIfNeeded();
    }

    private void run() {
        try {
            writeQueued();
            sealRest.run();
            writeQueued();
        } finally {
            queue.flusherEnded();
            atEnd.run();
        }
    }

    private void writeQueued() {
        while (!queue.isDrained()) {
            step();
        }
    }

    /**
     * One that fails, for want of memory, is tried again: without this thread nothing is written.
     */
    private void step() {
        try {
            FlushQueue.Job job = queue.peek(sealIfDue.getAsLong());
            if (job != null) {
                finish(job);
            }
        } catch (Throwable e) {
            logger.error("the flusher goes on after a failure", e);
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /** A job leaves the queue whatever happens: who waits for it must not wait for ever. */
    private void finish(FlushQueue.Job job) {
        boolean written = false;
        try {
            written = write.test(job);
        } catch (Throwable e) {
            logger.error("a segment could not be given up cleanly", e);
        } finally {
            queue.finish(written);
        }
        if (written) {
            job.segment().recycle(); // no sooner: what is in the queue may be written again
        }
    }

    /** Waits for the end of the thread, after the queue was closed. */
    void join(long timeoutMs) {
        thread.join(timeoutMs);
    }
}
