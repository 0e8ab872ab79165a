package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of a store for everything that is not urgent: tasks, each with a due time.
 *
 * <p>The thread starts when the first task is scheduled. It runs one task at a time, the one that
 * was due first. A task that waits for a disk delays the others, so nothing that a gather or a put
 * waits for may be a task.
 */
final class Maintenance {

    /** The work of a task. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** A task, which runs once for each time that it was scheduled. */
    final class Task {
        private final String name;
        private final Work work;
        private boolean scheduled; // guarded by the monitor of the maintenance
        private long dueNanos; // guarded by the monitor of the maintenance
        private boolean failed; // of the thread

        private Task(String name, Work work) {
            this.name = name;
            this.work = work;
        }

        /**
         * Has the task run after a delay, or sooner if it is scheduled sooner. Returns false if the
         * system gives no thread now, or after {@link Maintenance#stop}.
         */
        boolean scheduleIn(long delayMs) {
            return schedule(this, delayMs);
        }

        /** Logs the first failure of a row of failures, and tries again. */
        private void run() {
            try {
                work.run();
                failed = false;
            } catch (Throwable e) {
                if (failed) {
                    logger.debug("cannot {}; tried again in {} ms", name, RETRY_MS, e);
                } else {
                    logger.warn("cannot {}; tried again in {} ms", name, RETRY_MS, e);
                }
                failed = true;
                scheduleIn(RETRY_MS);
            }
        }
    }

    /** A task that threw runs again after this time. */
    static final long RETRY_MS = 1000;

    private static final Logger logger = LoggerFactory.getLogger(Maintenance.class);

    private final DaemonThread thread;
    private final List<Task> tasks = new ArrayList<>();

    @GuardedBy("this") private boolean stopped;

    Maintenance(String threadName) {
        this.thread = new DaemonThread(threadName, this::run);
    }

    /**
     * Adds a task.
     *
     * @param name what it does, as it follows "cannot" in a log
     */
    synchronized Task add(String name, Work work) {
        Task task = new Task(name, work);
        tasks.add(task);
        return task;
    }

    private synchronized boolean schedule(Task task, long delayMs) {
        if (stopped || !thread.startIfNeeded()) {
            return false;
        }
        long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs);
        if (!task.scheduled || dueNanos - task.dueNanos < 0) {
            task.scheduled = true;
            task.dueNanos = dueNanos;
            notifyAll();
        }
        return true;
    }

    private void run() {
        for (Task due = awaitDue(); due != null; due = awaitDue()) {
            due.run();
        }
    }

    /** Waits for a task that is due; null once stopped. */
    private synchronized @Nullable Task awaitDue() {
        while (!stopped) {
            Task next = earliest();
            long leftNanos = next == null ? 0 : next.dueNanos - System.nanoTime();
            if (next != null && leftNanos <= 0) {
                next.scheduled = false;
                return next;
            }
            pause(next == null ? 0 : TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
        }
        return null;
    }

    @GuardedBy("this") private @Nullable Task earliest() {
        Task first = null;
        for (Task task : tasks) {
            if (task.scheduled && (first == null || task.dueNanos - first.dueNanos < 0)) {
                first = task;
            }
        }
        return first;
    }

    /** Waits for a change, at most some milliseconds; 0 for ever. */
    @GuardedBy("this") @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            stopped = true; // only the end of the JVM would interrupt this thread
        }
    }

    /** Runs no task any more, and waits for the one that runs. */
    void stop(long timeoutMs) {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        thread.join(timeoutMs);
    }
}
