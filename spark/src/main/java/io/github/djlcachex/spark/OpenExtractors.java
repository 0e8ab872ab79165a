package io.github.djlcachex.spark;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * OpenExtractors are the extractors that are open in this JVM: one for each run and GPU, which all
 * tasks share.
 */
final class OpenExtractors {

    /*
     * A task leases the extractor, and the last one that gives it back leaves it open: the next task
     * of the run comes at once, and a model may take a minute to load. No message tells an executor
     * that a job has ended, so an extractor without a lease is closed some seconds later. All fields
     * are guarded by the class; opening holds the lock, since the tasks of one run need the same
     * extractor, and different runs in one JVM are rare.
     */

    private static final Logger logger = LoggerFactory.getLogger(OpenExtractors.class);
    private static final long IDLE_SECONDS = 30;
    private static final Map<Id, Entry> OPEN = new HashMap<>();
    private static final ScheduledExecutorService CLOSER =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "djlcachex-spark-closer");
                        thread.setDaemon(true);
                        return thread;
                    });

    private record Id(String run, int gpu) {}

    private static final class Entry {
        final OpenExtractor extractor;
        int leases;
        long lastLease;

        Entry(OpenExtractor extractor) {
            this.extractor = extractor;
        }
    }

    /** A Lease keeps an extractor open. */
    record Lease(Id id, OpenExtractor extractor) implements AutoCloseable {

        @Override
        public void close() {
            release(id);
        }

        /** Closes the extractor now, if no other lease is on it. */
        void closeExtractor() {
            release(id);
            closeIdle(id, Long.MAX_VALUE);
        }
    }

    private OpenExtractors() {}

    /**
     * Returns the extractor of a run, and opens it if it is not open.
     *
     * @param gpu the number of the GPU, or -1
     * @throws OtherExtractorException if it is not the driver's
     */
    static synchronized Lease lease(FillSpec spec, int gpu) {
        Id id = new Id(spec.run(), gpu);
        Entry entry = OPEN.get(id);
        if (entry == null) {
            entry = new Entry(OpenExtractor.open(spec, gpu));
            OPEN.put(id, entry);
        }
        entry.leases++;
        entry.lastLease++;
        return new Lease(id, entry.extractor);
    }

    private static synchronized void release(Id id) {
        Entry entry = OPEN.get(id);
        if (entry != null && --entry.leases == 0) {
            long lease = entry.lastLease;
            Future<?> unused =
                    CLOSER.schedule(() -> closeIdle(id, lease), IDLE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Closes an extractor that no task has leased since a lease. */
    private static void closeIdle(Id id, long lastLease) {
        Entry entry = takeIdle(id, lastLease);
        if (entry != null) {
            try {
                entry.extractor.close();
            } catch (RuntimeException e) {
                logger.warn("an extractor could not be closed; its rows were flushed before", e);
            }
        }
    }

    private static synchronized @Nullable Entry takeIdle(Id id, long lastLease) {
        Entry entry = OPEN.get(id);
        boolean idle = entry != null && entry.leases == 0 && entry.lastLease <= lastLease;
        return idle ? OPEN.remove(id) : null;
    }
}
