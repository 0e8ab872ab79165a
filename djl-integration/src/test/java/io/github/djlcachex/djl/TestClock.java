package io.github.djlcachex.djl;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that goes on when it is told to, and by a step each time it is looked at. */
final class TestClock implements LongSupplier {

    private final long stepNanos;
    private long nanos;

    TestClock(Duration step) {
        this.stepNanos = step.toNanos();
    }

    @Override
    public synchronized long getAsLong() {
        nanos += stepNanos;
        return nanos;
    }

    /** Returns the time, and does not go on. */
    synchronized long peek() {
        return nanos;
    }

    synchronized void advance(Duration time) {
        nanos += time.toNanos();
    }
}
