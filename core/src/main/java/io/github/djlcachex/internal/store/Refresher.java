package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentFile;

import java.io.IOException;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Two tasks of the maintenance that follow from what readers met: a refresh after a miss, and a
 * search for duplicates after a damaged row.
 *
 * <p>A refresh comes the refresh interval after the miss that asked for it. The interval doubles,
 * up to a minute, while refreshes find nothing. It varies by up to a fifth, so that ranks do not
 * list together.
 */
final class Refresher {

    private static final long MAX_INTERVAL_MS = 60_000;

    /** Between two searches is so many times what the first one took. */
    private static final int SEARCH_RESTS = 10;

    private static final long MAX_SEARCH_REST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long firstIntervalMs;
    private final Catalog catalog;
    private final Maintenance.Task refresh;
    private final Maintenance.Task search;
    private final Queue<SegmentFile> suspects = new ConcurrentLinkedQueue<>();
    private final Set<SegmentFile> waiting = new HashSet<>(); // of the maintenance thread
    private volatile boolean requested;
    private volatile long intervalMs;
    private volatile long searchAfterNanos = System.nanoTime();

    Refresher(Maintenance maintenance, long firstIntervalMs, Catalog catalog) {
        this.firstIntervalMs = firstIntervalMs;
        this.intervalMs = firstIntervalMs;
        this.catalog = catalog;
        this.refresh = maintenance.add("look for other segments", this::refresh);
        this.search = maintenance.add("look for other copies of damaged rows", this::search);
    }

    /** Asks for a refresh; costs one volatile read while one is asked for already. */
    void request() {
        if (firstIntervalMs > 0 && !requested) {
            requested = true;
            long jitterMs = ThreadLocalRandom.current().nextLong(intervalMs / 5 + 1);
            if (!refresh.scheduleIn(intervalMs + jitterMs)) {
                requested = false; // the next miss asks again
            }
        }
    }

    private void refresh() throws IOException {
        int found = 0;
        boolean failed = true;
        try {
            found = catalog.refresh();
            failed = false;
        } finally {
            requested = false;
            boolean soon = found > 0 || failed || catalog.waitsForFiles();
            intervalMs = soon ? firstIntervalMs : longer(intervalMs);
            if (!waiting.isEmpty()) {
                scheduleSearch();
            }
        }
    }

    private long longer(long intervalMs) {
        return Math.max(firstIntervalMs, Math.min(MAX_INTERVAL_MS, 2 * intervalMs));
    }

    /** Asks that duplicates be found of the rows of a file with a damaged row. */
    void suspect(SegmentFile file) {
        suspects.add(file);
        scheduleSearch();
    }

    /** Suspects come one by one: those of a while are searched for together. */
    private void scheduleSearch() {
        long leftNanos = searchAfterNanos - System.nanoTime();
        search.scheduleIn(Math.max(0, TimeUnit.NANOSECONDS.toMillis(leftNanos)));
    }

    /** Searches for all suspects at once, since each search reads the keys of all files. */
    private void search() {
        long start = System.nanoTime();
        for (SegmentFile file = suspects.poll(); file != null; file = suspects.poll()) {
            waiting.add(file);
        }
        if (waiting.isEmpty()) {
            return;
        }
        if (catalog.preferOthers(waiting)) {
            waiting.clear();
        }
        long now = System.nanoTime();
        searchAfterNanos = now + Math.min(MAX_SEARCH_REST_NANOS, SEARCH_RESTS * (now - start));
    }
}
