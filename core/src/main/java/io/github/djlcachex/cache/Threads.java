package io.github.djlcachex.cache;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/** Waiting for threads. */
final class Threads {

    private Threads() {}

    /** Waits for the end of a thread, if there is one; an interrupt is kept for the caller. */
    static void join(@Nullable Thread running, long timeoutMs) {
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (running.isAlive() && System.nanoTime() < deadline) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(running, deadline - System.nanoTime());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
