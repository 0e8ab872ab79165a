package io.github.djlcachex.spark;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.spark.internal.SharedFlush;

import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A FillRun is one task's work on its partition. It is for one thread. */
final class FillRun {

    /*
     * Rows are looked up a batch at a time. Those that are missing are collected until they make a
     * batch, so that the extractor runs full ones however few rows are missing. If a batch fails, or
     * some of its rows are not there afterwards, its rows are run one by one, which tells the bad
     * ones. The task ends with a flush, and fails if a row was lost since it began: by whatever task
     * of this JVM, since a segment has rows of several. What was stored stays, and is a hit for the
     * next attempt.
     *
     * A row that the cache declines, because the directory is full or cannot be written, is a miss:
     * CachePlace gives the cache no memory tier. So a hit is on disk, or is written by the flush.
     */

    private static final Logger logger = LoggerFactory.getLogger(FillRun.class);

    private final FillSpec spec;
    private final OpenExtractor extractor;
    private final FeatureCache cache;
    private final FillCounters counters;
    private final TaskContext task;
    private final BadRows badRows;
    private final Map<Object, Row> pending = new LinkedHashMap<>();
    private final CacheStats before;
    private long rows;
    private long computed;
    private @Nullable Object sample;

    FillRun(FillSpec spec, OpenExtractor extractor, FillCounters counters, TaskContext task) {
        this.spec = spec;
        this.extractor = extractor;
        this.cache = extractor.cache();
        this.counters = counters;
        this.task = task;
        this.badRows = new BadRows(task.partitionId(), spec.maxBadRows());
        this.before = cache.stats();
    }

    TaskReport run(Iterator<Row> partition) throws InterruptedException {
        boolean done = false;
        try {
            compute(partition);
            TaskReport report = flushed();
            done = true;
            return report;
        } finally {
            if (!done) {
                cache.startFlush(); // what was computed is a hit for the next attempt
            }
        }
    }

    private void compute(Iterator<Row> partition) throws InterruptedException {
        if (task.attemptNumber() > 0 || task.stageAttemptNumber() > 0) {
            cache.refresh(); // an earlier attempt may have stored rows elsewhere
        }
        Map<Object, Row> batch = new LinkedHashMap<>();
        while (partition.hasNext()) {
            add(partition.next(), batch);
            if (batch.size() == spec.batchRows()) {
                lookUp(batch);
            }
        }
        lookUp(batch);
        if (!pending.isEmpty()) {
            computePending();
        }
    }

    private void add(Row row, Map<Object, Row> batch) {
        rows++;
        Object id = spec.idColumn().idOf(row);
        if (id == null) {
            badRows.add(null, "it has no id");
        } else {
            batch.put(id, row);
        }
    }

    /**
     * Moves the rows that are missing to those that are to be computed, and computes full batches.
     */
    private void lookUp(Map<Object, Row> batch) throws InterruptedException {
        stopIfKilled();
        List<Object> ids = List.copyOf(batch.keySet());
        int[] missing = cache.missing(spec.idColumn().keys(ids));
        counters.hits().add(ids.size() - missing.length);
        for (int position : missing) {
            Object id = ids.get(position);
            pending.put(id, batch.get(id));
            if (pending.size() == spec.batchRows()) {
                computePending();
            }
        }
        batch.clear();
    }

    private void computePending() throws InterruptedException {
        stopIfKilled();
        List<Object> ids = List.copyOf(pending.keySet());
        List<Row> inputs = List.copyOf(pending.values());
        pending.clear();
        Keys keys = spec.idColumn().keys(ids);
        boolean whole = runs(keys, inputs);
        int[] notStored = cache.missing(keys);
        if (whole && notStored.length == 0) {
            stored(ids);
            return;
        }
        stopIfRefused();
        List<Object> good = new ArrayList<>(ids);
        for (int position : notStored) {
            if (!runsAlone(ids.get(position), inputs.get(position))) {
                good.remove(ids.get(position));
            }
        }
        stored(good);
    }

    private void stored(List<Object> ids) {
        computed += ids.size();
        counters.computed().add(ids.size());
        sample = ids.isEmpty() ? sample : ids.get(ids.size() - 1);
    }

    /** Runs a batch, and tells whether nothing failed that may be the fault of a row. */
    private boolean runs(Keys keys, List<Row> inputs) {
        try {
            extractor.computeAndStore(keys, inputs);
            return true;
        } catch (CacheException e) {
            throw e; // of no row alone: the next batch would fail as well
        } catch (Exception e) {
            stopIfKilled();
            logger.debug("a batch failed, and its rows are run one by one", e);
            return false;
        }
    }

    private boolean runsAlone(Object id, Row input) {
        Keys key = spec.idColumn().keys(List.of(id));
        try {
            extractor.computeAndStore(key, List.of(input));
        } catch (CacheException e) {
            throw e;
        } catch (Exception e) {
            stopIfKilled();
            badRows.add(id, Problem.reasonOf(e));
            return false;
        }
        if (cache.missing(key).length == 0) {
            return true;
        }
        counters.declined().add(1);
        badRows.add(
                id,
                "it was computed, and not stored: its features are of another shape than the cached"
                        + " ones, or the cache declined it; the executor's log has a warning");
        return false;
    }

    private void stopIfKilled() {
        if (task.isInterrupted() || Thread.currentThread().isInterrupted()) {
            throw new TaskKilledException("killed between two batches; what was stored stays");
        }
    }

    /** Fails if it is the cache that does not take rows: the next batch would fail as well. */
    private void stopIfRefused() throws InterruptedException {
        CacheStats now = cache.stats();
        if (declined(now) > declined(before) || now.lostRows() > before.lostRows()) {
            throw notOnDisk(now, extractor.flush());
        }
    }

    /** The declined rows that are good ones. */
    private static long declined(CacheStats stats) {
        return stats.declinedRows() - stats.oversizedRows() - stats.outOfRangeRows();
    }

    private TaskReport flushed() throws InterruptedException {
        SharedFlush.Outcome flush = extractor.flush();
        CacheStats now = cache.stats();
        if (now.lostRows() > before.lostRows() || flush.pendingRows() > 0) {
            throw notOnDisk(now, flush);
        }
        counters.bytes().add(flush.bytes());
        return new TaskReport(rows, computed, badRows.rows(), flush.bytes(), (Serializable) sample);
    }

    private CacheIoException notOnDisk(CacheStats now, SharedFlush.Outcome flush) {
        long overLimit = now.overLimitRows() - before.overLimitRows();
        String limit = overLimit > 0 ? ", for the limit of the directory" : "";
        return new CacheIoException(
                Problem.of(
                        "partition " + task.partitionId() + " of module '" + cache.moduleId() + "'",
                        "rows that are on disk in " + cache.directory(),
                        (now.lostRows() - before.lostRows())
                                + " lost, "
                                + (declined(now) - declined(before))
                                + " declined"
                                + limit
                                + ", "
                                + flush.pendingRows()
                                + " not written: "
                                + flush.reasons(),
                        "mend the reason, of which the executor's log says more; what was written"
                                + " stays, and another attempt computes the rest"));
    }
}
