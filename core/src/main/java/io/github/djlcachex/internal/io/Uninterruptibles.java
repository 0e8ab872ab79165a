package io.github.djlcachex.internal.io;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/** Waiting for threads. */
public final class Uninterruptibles {

    private Uninterruptibles() {}

    /**
     * Waits for the end of a thread, if there is one and it is not the caller's. An interrupt is
     * kept for the caller.
     */
    public static void join(@Nullable Thread running, long timeoutMs) {
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        long start = System.nanoTime();
        long leftNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        long timeoutNanos = leftNanos;
        while (running.isAlive() && leftNanos > 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(running, leftNanos);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            leftNanos = timeoutNanos - (System.nanoTime() - start);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
