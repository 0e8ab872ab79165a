package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.segment.SegmentFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The daemon thread that lists the directory for other writers' segments, after a miss asked for
 * it.
 *
 * <p>It waits the refresh interval before each listing, twice as long after one that brought
 * nothing, up to a minute, each time changed by up to a fifth so that ranks do not list together.
 */
final class Refresher {

    private static final Logger logger = LoggerFactory.getLogger(Refresher.class);
    private static final long MAX_INTERVAL_MS = 60_000;

    /** After a search the thread rests for so many times as long as that took. */
    private static final int SEARCH_RESTS = 10;

    private static final long MAX_SEARCH_REST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final DaemonThread thread;
    private final long firstIntervalMs;
    private final Catalog catalog;
    private final Queue<SegmentFile> suspects = new ConcurrentLinkedQueue<>();
    private final Set<SegmentFile> waiting = new HashSet<>();
    private volatile boolean requested;
    private boolean failed;
    private long searchAfterNanos = System.nanoTime();

    @GuardedBy("this") private boolean stopped;

    Refresher(String name, long firstIntervalMs, Catalog catalog) {
        this.thread = new DaemonThread(name, this::run);
        this.firstIntervalMs = firstIntervalMs;
        this.catalog = catalog;
    }

    /** Asks for a listing; costs one volatile read while one is asked for already. */
    void request() {
        if (firstIntervalMs > 0 && !requested) {
            requested = true;
            startOrNotify();
        }
    }

    /** Asks that another copy be found for the keys of a file with a bad row. */
    void suspect(SegmentFile file) {
        suspects.add(file);
        startOrNotify();
    }

    private synchronized void startOrNotify() {
        if (!stopped && !thread.startIfNeeded()) {
            requested = false; // the next miss asks again
        }
        notifyAll();
    }

    private void run() {
        long intervalMs = firstIntervalMs;
        while (awaitWork(intervalMs)) {
            preferOthers();
            if (requested) {
                boolean found = guarded(catalog::refresh) > 0;
                requested = false;
                boolean soon = found || failed || catalog.waitsForFiles();
                intervalMs = soon ? firstIntervalMs : longer(intervalMs);
            }
        }
    }

    /** All that are suspect by now at once: each search reads the keys of all files. */
    private void preferOthers() {
        if (suspects.isEmpty() && waiting.isEmpty()) {
            return;
        }
        awaitSearch();
        long start = System.nanoTime();
        for (SegmentFile file = suspects.poll(); file != null; file = suspects.poll()) {
            waiting.add(file);
        }
        if (guarded(() -> catalog.preferOthers(waiting) ? 1 : 0) > 0) {
            waiting.clear();
        }
        long now = System.nanoTime();
        searchAfterNanos = now + Math.min(MAX_SEARCH_REST_NANOS, SEARCH_RESTS * (now - start));
    }

    /** Suspects come one by one: those of a while are searched for together. */
    private synchronized void awaitSearch() {
        long leftMs = (searchAfterNanos - System.nanoTime()) / 1_000_000;
        while (!stopped && leftMs > 0) {
            pause(leftMs);
            leftMs = (searchAfterNanos - System.nanoTime()) / 1_000_000;
        }
    }

    private long longer(long intervalMs) {
        return Math.max(firstIntervalMs, Math.min(MAX_INTERVAL_MS, 2 * intervalMs));
    }

    private interface Step {
        int run() throws IOException;
    }

    /** Runs a step that may fail and is tried again later; the first failure of a row is logged. */
    private int guarded(Step step) {
        try {
            int result = step.run();
            failed = false;
            return result;
        } catch (IOException | RuntimeException | Error e) {
            if (!failed) {
                logger.warn("cannot look for other segments; the next refresh tries again", e);
            }
            failed = true;
            return 0;
        }
    }

    /** Waits for a request, then for the interval; returns false when stopped. */
    private synchronized boolean awaitWork(long intervalMs) {
        while (!stopped && !requested && suspects.isEmpty()) {
            pause(0);
        }
        long jitterMs = ThreadLocalRandom.current().nextLong(intervalMs / 5 + 1);
        long deadline = System.nanoTime() + (intervalMs + jitterMs) * 1_000_000;
        long leftMs = intervalMs + jitterMs;
        while (!stopped && suspects.isEmpty() && leftMs > 0) {
            pause(leftMs);
            leftMs = (deadline - System.nanoTime()) / 1_000_000;
        }
        return !stopped;
    }

    @GuardedBy("this") @SuppressWarnings("WaitNotInLoop") // the callers loop
    private void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            stopped = true; // nobody but the JVM's end would interrupt it
        }
    }

    /** Ends the thread, and waits for a listing that runs. */
    void stop(long timeoutMs) {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        thread.join(timeoutMs);
    }
}
