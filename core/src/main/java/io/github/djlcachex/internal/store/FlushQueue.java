package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.io.Uninterruptibles;
import io.github.djlcachex.internal.segment.OpenSegment;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sealed segments that wait to be written, first in first out, bounded in bytes.
 *
 * <p>A ticket is the number of segments queued so far: a thread that waits for it waits for all
 * segments that were queued before. An interrupt ends no wait early and is kept for the caller.
 */
final class FlushQueue {

    /** Longer than any wait. */
    static final long FOREVER_MS = TimeUnit.DAYS.toMillis(36_500);

    /** A sealed segment and the number of its source. */
    record Job(OpenSegment segment, int source) {}

    private final StoreOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock") private final Deque<Job> jobs = new ArrayDeque<>();

    @GuardedBy("lock") private long enqueued;

    @GuardedBy("lock") private long finished;

    @GuardedBy("lock") private long queuedBytes;

    @GuardedBy("lock") private long pendingRows;

    @GuardedBy("lock") private boolean failing;

    @GuardedBy("lock") private boolean stuck;

    @GuardedBy("lock") private boolean woken;

    @GuardedBy("lock") private boolean closed;

    @GuardedBy("lock") private boolean flusherEnded;

    FlushQueue(StoreOptions options) {
        this.options = options;
    }

    /** The end of a wait for room that starts now. */
    long admissionDeadline() {
        return deadline(options.putTimeoutMs());
    }

    /**
     * Waits until there is room; false if the rows are to be declined. After a wait in vain no
     * thread waits until the flusher has finished something: a filesystem that hangs costs one
     * wait.
     */
    boolean admit(long deadline) {
        lock.lock();
        try {
            while (queuedBytes >= options.writeQueueBytes()) {
                boolean waits = options.waitWhenQueueFull() && !failing && !stuck && !closed;
                if (!waits) {
                    return false;
                }
                if (!awaitChange(deadline)) {
                    stuck = true;
                    return false;
                }
            }
            return !flusherEnded;
        } finally {
            lock.unlock();
        }
    }

    void add(Job job) {
        lock.lock();
        try {
            jobs.add(job);
            enqueued++;
            queuedBytes += job.segment().bytes();
            pendingRows += job.segment().rows();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the writer's present or next wait for a job, so that it looks at the open segment. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The first job, which stays in the queue until {@link #finish}; null after the wait. */
    @Nullable Job peek(long waitMs) {
        lock.lock();
        try {
            if (jobs.isEmpty() && !closed && !woken) {
                awaitChange(deadline(waitMs));
            }
            woken = false;
            return jobs.peek();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the first job, written or lost. */
    void finish(boolean written) {
        lock.lock();
        try {
            Job job = jobs.remove();
            finished++;
            queuedBytes -= job.segment().bytes();
            pendingRows -= job.segment().rows();
            failing = !written;
            stuck = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long ticket() {
        lock.lock();
        try {
            return enqueued;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the segments up to a ticket are written or lost; false if time ran out. */
    boolean await(long ticket, long timeoutMs) {
        lock.lock();
        try {
            long deadline = deadline(timeoutMs);
            while (finished < ticket) {
                if (flusherEnded || !awaitChange(deadline)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    long pendingRows() {
        lock.lock();
        try {
            return pendingRows;
        } finally {
            lock.unlock();
        }
    }

    /** What is in the queue. */
    record Waiting(long segments, long rows, long bytes) {}

    Waiting waiting() {
        lock.lock();
        try {
            return new Waiting(jobs.size(), pendingRows, queuedBytes);
        } finally {
            lock.unlock();
        }
    }

    long pendingBytes() {
        lock.lock();
        try {
            return queuedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is added any more; the writer ends when it is empty. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Marks the writer as ended and wakes all waiters, since nothing will complete their tickets.
     */
    void flusherEnded() {
        lock.lock();
        try {
            flusherEnded = true;
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isDrained() {
        lock.lock();
        try {
            return closed && jobs.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private static long deadline(long waitMs) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    }

    /** Waits for a change, or returns early; false if the deadline is over. */
    @GuardedBy("lock") private boolean awaitChange(long deadline) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        Uninterruptibles.awaitOnce(changed, left);
        return true;
    }
}
