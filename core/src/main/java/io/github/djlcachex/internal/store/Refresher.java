package io.github.djlcachex.internal.store;

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
 * Three tasks of the maintenance: a refresh after a miss, a search for duplicates after a damaged
 * row, and now and then a look for files that other processes deleted. Rows of such a file may be
 * served from its mapping for ever, which keeps its space on the disk.
 *
 * <p>A refresh comes the refresh interval after the miss that asked for it. The interval doubles,
 * up to a minute, while refreshes find nothing. It varies by up to a fifth, so that ranks do not
 * list together.
 */
final class Refresher {

    private static final Logger logger = LoggerFactory.getLogger(Refresher.class);

    private static final long MAX_INTERVAL_MS = 60_000;
    private static final long LOOK_INTERVAL_MS = TimeUnit.MINUTES.toMillis(10);

    /** Between two searches is so many times what the first one took. */
    private static final int SEARCH_RESTS = 10;

    private static final long MAX_SEARCH_REST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long firstIntervalMs;
    private final Catalog catalog;
    private final Maintenance.Task refresh;
    private final Maintenance.Task search;
    private final Maintenance.Task look;
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
        this.look = maintenance.add("look for deleted segments", this::look);
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

    /** Looks for deleted files from now on. */
    void watch() {
        if (firstIntervalMs > 0) {
            look.scheduleIn(LOOK_INTERVAL_MS);
        }
    }

    private void look() {
        long nextMs = LOOK_INTERVAL_MS;
        try {
            catalog.refresh();
            nextMs = catalog.awaitsAnotherListing() ? firstIntervalMs : nextMs;
        } catch (IOException e) {
            logger.debug("cannot look for deleted segments", e);
        }
        look.scheduleIn(nextMs);
    }

    private void refresh() throws IOException {
        int found = 0;
        boolean failed = true;
        try {
            found = catalog.refresh();
            failed = false;
        } finally {
            requested = false;
            boolean soon = found > 0 || failed || catalog.awaitsAnotherListing();
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
