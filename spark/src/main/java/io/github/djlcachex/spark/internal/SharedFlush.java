package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.FlushReport;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A SharedFlush flushes for several tasks at once: those that come while a flush runs wait for one
 * more, which is for all of them. So tasks that end together make one file.
 */
public final class SharedFlush {

    /*
     * A flush writes the rows that were put before it began. A task that comes while flush n runs
     * may have put rows after n began, so it needs flush n + 1. The first of those that need it runs
     * it once n has ended; the others find it done. Leaders flush outside the monitor.
     */

    private static final int REASONS = 3;

    private final Supplier<FlushReport> flush;
    private final List<String> reasons = new ArrayList<>();
    private long begun;
    private long ended;
    private long pendingRows;
    private long writtenBytes;

    /**
     * What a task's flush did.
     *
     * @param pendingRows rows that are not on disk yet
     * @param bytes what was written since the last outcome, by whatever flush
     * @param reasons why rows were lost in this JVM, the last ones
     */
    public record Outcome(long pendingRows, long bytes, List<String> reasons) {}

    /** Shares the flushes of a cache. */
    public SharedFlush(Supplier<FlushReport> flush) {
        this.flush = flush;
    }

    /**
     * Waits until every row that was put before this call is on disk, or was lost.
     *
     * @throws InterruptedException if the thread is interrupted while it waits for another's flush
     */
    public Outcome flush() throws InterruptedException {
        long needed = begunNow() + 1;
        while (!isDone(needed)) {
            FlushReport report = null;
            try {
                report = flush.get();
            } finally {
                end(report);
            }
        }
        return outcome();
    }

    private synchronized long begunNow() {
        return begun;
    }

    /** Waits for the flush that runs, and begins the next one if a flush is still needed. */
    private synchronized boolean isDone(long needed) throws InterruptedException {
        while (begun > ended) {
            wait();
        }
        if (ended >= needed) {
            return true;
        }
        begun++;
        return false;
    }

    /** Ends a flush; one that threw is none for those that wait, and the next of them flushes. */
    private synchronized void end(@Nullable FlushReport report) {
        if (report == null) {
            begun--;
            notifyAll();
            return;
        }
        ended = begun;
        pendingRows = report.pendingRows();
        writtenBytes += report.persistedBytes();
        reasons.addAll(report.failures());
        while (reasons.size() > REASONS) {
            reasons.remove(0);
        }
        notifyAll();
    }

    private synchronized Outcome outcome() {
        Outcome outcome = new Outcome(pendingRows, writtenBytes, List.copyOf(reasons));
        writtenBytes = 0;
        return outcome;
    }
}
