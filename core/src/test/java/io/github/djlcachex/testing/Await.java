package io.github.djlcachex.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what other threads and processes do: often asked, never for ever. */
public final class Await {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(1);

    private Await() {}

    /** Returns once a condition holds; fails the test if it does not within a minute. */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited a minute in vain until " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Returns once a thread has ended; fails the test if it does not within a minute. */
    public static void end(Thread thread) {
        until(thread.getName() + " has ended", () -> !thread.isAlive());
    }

    /** Returns once a thread waits for another one. */
    public static void waiting(Thread thread) {
        until(
                thread.getName() + " waits",
                () ->
                        thread.getState() == Thread.State.WAITING
                                || thread.getState() == Thread.State.TIMED_WAITING);
    }
}
