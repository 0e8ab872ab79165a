package io.github.djlcachex.djl.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** RateWindow is the speed of a job over the last ten seconds. It is for one thread. */
public final class RateWindow {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long done) {}

    /** Notes how much is done at a time. */
    public void add(long nanos, long done) {
        samples.addLast(new Sample(nanos, done));
        // the first sample that is older stays: the window is to be covered
        while (samples.size() > 2 && nanos - second().nanos() >= WINDOW_NANOS) {
            samples.removeFirst();
        }
    }

    private Sample second() {
        return samples.stream().skip(1).findFirst().orElseThrow();
    }

    /** Returns the speed by second, 0 if nothing is known of it. */
    public double perSecond() {
        if (samples.size() < 2) {
            return 0;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        long nanos = last.nanos() - first.nanos();
        return nanos <= 0 ? 0 : (last.done() - first.done()) / Figures.seconds(nanos);
    }
}
