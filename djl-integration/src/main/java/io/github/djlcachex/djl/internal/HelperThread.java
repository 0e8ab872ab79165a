package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A HelperThread makes calls that may hang, and its caller waits for each of them no longer than it
 * wants to.
 *
 * <p>A filesystem that hangs ends no call, and no code can end it. So each call has a daemon thread
 * of its own, and there is one call at a time: while an earlier one hangs, no other is begun.
 */
public final class HelperThread {

    private final String name;
    private @Nullable FutureTask<?> latest; // guarded by this

    /**
     * Creates the helper, and no thread yet.
     *
     * @param name the name of its threads
     */
    public HelperThread(String name) {
        this.name = name;
    }

    /**
     * Makes a call and waits for its result. An interrupt ends no wait and is kept for the caller.
     *
     * @param timeoutNanos how long to wait at most
     * @return the result, or empty if it did not come in time, an earlier call still hangs, or the
     *     system gives no thread
     * @throws ExecutionException if the call threw
     */
    public <T> Optional<T> call(Callable<T> work, long timeoutNanos) throws ExecutionException {
        FutureTask<T> task = begin(work);
        return task == null ? Optional.empty() : await(task, timeoutNanos);
    }

    private synchronized <T> @Nullable FutureTask<T> begin(Callable<T> work) {
        if (latest != null && !latest.isDone()) {
            return null;
        }
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            return null; // the limit of threads: training goes on without
        }
        latest = task;
        return task;
    }

    private static <T> Optional<T> await(FutureTask<T> task, long timeoutNanos)
            throws ExecutionException {
        boolean interrupted = false;
        long deadline = System.nanoTime() + timeoutNanos;
        try {
            while (true) {
                try {
                    long leftNanos = Math.max(0, deadline - System.nanoTime());
                    return Optional.of(task.get(leftNanos, TimeUnit.NANOSECONDS));
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return Optional.empty();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
