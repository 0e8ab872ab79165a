package io.github.djlcachex.djl.internal;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures that an interrupt does not end; it is kept for the caller. */
final class Uninterrupted {

    private Uninterrupted() {}

    /** Waits for the end of a future, well or not; returns false if it has not ended in time. */
    static boolean isDoneBy(long deadlineNanos, Future<?> future) {
        boolean interrupted = Thread.interrupted();
        try {
            while (!future.isDone()) {
                long leftNanos = deadlineNanos - System.nanoTime();
                if (leftNanos <= 0) {
                    return false;
                }
                interrupted |= awaitOnce(future, leftNanos);
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns whether the thread was interrupted. */
    private static boolean awaitOnce(Future<?> future, long nanos) {
        try {
            future.get(nanos, TimeUnit.NANOSECONDS);
            return false;
        } catch (InterruptedException e) {
            return true;
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            return false; // the caller asks whether it is done
        }
    }

    /** Returns the result of a future that is done. */
    static <T> T resultOf(Future<T> done) throws ExecutionException {
        boolean interrupted = Thread.interrupted();
        try {
            return done.get();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a future that is done waits for nothing", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
