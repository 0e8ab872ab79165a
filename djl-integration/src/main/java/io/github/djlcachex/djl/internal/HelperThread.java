package io.github.djlcachex.djl.internal;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A HelperThread makes calls that may hang, and its caller waits for each of them no longer than it
 * wants to.
 *
 * <p>A filesystem that hangs ends no call, and no code can end it. So each call has a daemon thread
 * of its own. There is one call at a time: callers wait for their turn, but not for a call that one
 * of them has waited for in vain.
 *
 * <p>Safe for use by many threads.
 */
public final class HelperThread {

    private final String name;
    private @Nullable FutureTask<?> latest; // guarded by this
    private volatile @Nullable FutureTask<?> hanging;

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
        long deadline = System.nanoTime() + timeoutNanos;
        FutureTask<T> task = new FutureTask<>(work);
        FutureTask<?> current = begin(task);
        while (current != task) {
            if (!isOverBy(deadline, current)) {
                return Optional.empty();
            }
            current = begin(task);
        }
        return isOverBy(deadline, task) && !task.isCancelled()
                ? Optional.of(Uninterrupted.resultOf(task))
                : Optional.empty();
    }

    /** Begins a call, unless another one is not over; returns the one that is current then. */
    private synchronized FutureTask<?> begin(FutureTask<?> task) {
        if (latest != null && !latest.isDone()) {
            return latest;
        }
        latest = task;
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            task.cancel(false); // the limit of threads: training goes on without
        }
        return task;
    }

    /** Waits until a call is over; returns false if that takes too long, or took before. */
    private boolean isOverBy(long deadline, FutureTask<?> task) {
        if (hanging == task && !task.isDone()) {
            return false;
        }
        boolean over = Uninterrupted.isDoneBy(deadline, task);
        if (!over) {
            hanging = task;
        }
        return over;
    }
}
