package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** Parallel works on numbered pieces in several threads, of which the caller's is one. */
final class Parallel {

    private Parallel() {}

    /** Returns once all pieces are done, or none is worked on any more after a failure. */
    static void each(int threads, int count, IntConsumer work) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable loop = () -> loop(next, count, work, failure);
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, count); i++) {
            Thread helper = new Thread(loop, "djlcachex-tensor-" + i);
            helper.setDaemon(true);
            helper.start();
            helpers.add(helper);
        }
        loop.run();
        helpers.forEach(Parallel::join);
        rethrow(failure.get());
    }

    @SuppressWarnings("CatchingUnchecked") // whatever it is reaches the caller
    private static void loop(
            AtomicInteger next, int count, IntConsumer work, AtomicReference<Throwable> failure) {
        try {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                if (failure.get() != null) {
                    return;
                }
                work.accept(i);
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    /** The pieces use the caller's memory, so that an interrupt does not end the wait. */
    private static void join(Thread helper) {
        boolean interrupted = false;
        while (helper.isAlive()) {
            try {
                helper.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        } else if (failure instanceof Error error) {
            throw error;
        }
    }
}
