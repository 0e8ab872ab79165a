package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.io.Uninterruptibles;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A daemon thread that starts when it is first needed.
 *
 * <p>A system that is out of threads fails no call: the caller that needs the thread goes on
 * without it, and it is tried again, but not more often than once a second.
 */
final class DaemonThread {

    private static final Logger logger = LoggerFactory.getLogger(DaemonThread.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Runnable body;
    private final Consumer<Thread> starter;

    @GuardedBy("this") private @Nullable Thread thread;

    @GuardedBy("this") private boolean failed;

    @GuardedBy("this") private long failedAtNanos;

    DaemonThread(String name, Runnable body) {
        this(name, body, Thread::start);
    }

    /** Starts the thread in another way. */
    DaemonThread(String name, Runnable body, Consumer<Thread> starter) {
        this.name = name;
        this.body = body;
        this.starter = starter;
    }

    /** Returns false if there is no thread and none can be started now. */
    synchronized boolean startIfNeeded() {
        if (thread == null && isDue()) {
            Thread started = new Thread(body, name);
            started.setDaemon(true);
            try {
                starter.accept(started);
                thread = started;
            } catch (OutOfMemoryError e) { // what Java throws where a process may have no more
                if (!failed) {
                    logger.warn("cannot start {}; training goes on without it for now", name, e);
                }
                failed = true;
                failedAtNanos = System.nanoTime();
            }
        }
        return thread != null;
    }

    @GuardedBy("this") private boolean isDue() {
        return !failed || System.nanoTime() - failedAtNanos > RETRY_NANOS;
    }

    /** Waits for the end of the thread, if it was ever started. */
    void join(long timeoutMs) {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        Uninterruptibles.join(running, timeoutMs);
    }
}
