package io.github.djlcachex.internal.io;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Waits that an interrupt does not end; it is kept for the caller. */
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

    /**
     * Acquires a lock. An interrupt ends no wait early and is kept for the caller.
     *
     * @param lock the lock
     * @param timeoutMs how long to wait at most
     * @return false if another thread held it for so long
     */
    public static boolean tryLock(Lock lock, long timeoutMs) {
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        try {
            while (true) {
                try {
                    return lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for a result. An interrupt ends no wait early and is kept for the caller.
     *
     * @param result the result
     * @param timeoutMs how long to wait at most
     * @param <T> the type of the result
     * @return the result
     * @throws ExecutionException if there is a failure in its place
     * @throws TimeoutException if it did not come in time
     */
    public static <T> T get(Future<T> result, long timeoutMs)
            throws ExecutionException, TimeoutException {
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        try {
            while (true) {
                try {
                    long leftNanos = Math.max(0, deadline - System.nanoTime());
                    return result.get(leftNanos, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits until a latch has counted down. An interrupt is kept for the caller.
     *
     * @param latch the latch
     */
    public static void await(CountDownLatch latch) {
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for a signal, for a while; may return early. An interrupt is kept for the caller.
     *
     * @param signal the condition, whose lock the caller holds
     * @param nanos how long to wait at most
     */
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    public static void awaitOnce(Condition signal, long nanos) {
        boolean interrupted = Thread.interrupted();
        try {
            signal.awaitNanos(nanos);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
