package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.HygieneReport;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;

/** A FillJob is the driver's part of a fill. */
final class FillJob {

    private static final Logger logger = LoggerFactory.getLogger(FillJob.class);

    private final Dataset<Row> rows;
    private final FillSpec spec;
    private final boolean compaction;

    FillJob(Dataset<Row> rows, FillSpec spec, boolean compaction) {
        this.rows = rows;
        this.spec = spec;
        this.compaction = compaction;
    }

    SparkWarmupReport run() {
        long begin = System.nanoTime();
        var lease = OpenExtractors.lease(spec, -1);
        try {
            FeatureCache cache = lease.value().cache();
            List<TaskReport> tasks = runTasks(spec.withFingerprint(cache.fingerprint()));
            List<BadRow> badRows = badRows(tasks);
            cache.refresh();
            checkShared(cache, tasks);
            HygieneReport compacted = compaction ? compact(cache) : null;
            return new SparkWarmupReport(
                    tasks,
                    badRows,
                    cache.segments().size(),
                    compacted,
                    Duration.ofNanos(System.nanoTime() - begin));
        } finally {
            lease.closeValue();
        }
    }

    private List<TaskReport> runTasks(FillSpec checked) {
        FillCounters counters =
                FillCounters.register(rows.sparkSession().sparkContext(), spec.place().moduleId());
        try {
            return rows.toJavaRDD()
                    .mapPartitions(new FillTask(checked, counters))
                    .setName("djlcachex fill of " + spec.place().moduleId())
                    .collect();
        } catch (Exception e) { // Spark's is a checked one, which collect() does not declare
            CacheException reason = reasonIn(e);
            if (reason == null) {
                throw e;
            }
            reason.addSuppressed(e); // it names the task and the executor
            throw reason;
        }
    }

    /** Returns what a task threw, if it is an exception of this library. */
    private static @Nullable CacheException reasonIn(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof CacheException)) {
            cause = cause.getCause();
        }
        return (CacheException) cause;
    }

    private List<BadRow> badRows(List<TaskReport> tasks) {
        BadRows all = new BadRows(-1, spec.maxBadRows());
        tasks.forEach(task -> task.badRows().forEach(all::add));
        return all.rows();
    }

    /**
     * Looks for a row of each task, which executors have stored.
     *
     * @throws CacheIoException if one is not there
     */
    private void checkShared(FeatureCache cache, List<TaskReport> tasks) {
        List<?> samples =
                tasks.stream().map(TaskReport::sample).filter(id -> id != null).distinct().toList();
        int unseen = cache.missing(spec.idColumn().keys(samples)).length;
        if (unseen > 0) {
            throw new CacheIoException(
                    Problem.of(
                            "directory " + spec.place().directory(),
                            "one that all hosts share: of each of "
                                    + samples.size()
                                    + " tasks the driver looked for a row that is on disk",
                            unseen + " that it does not find",
                            "mount the shared directory under this path on the driver and on every"
                                    + " executor; a filesystem that shows new files late needs a"
                                    + " second run, which computes nothing"));
        }
    }

    /** Compacts. The rows are on disk, so a failure is no failure of the fill. */
    private static @Nullable HygieneReport compact(FeatureCache cache) {
        try {
            return cache.compact();
        } catch (CacheException e) {
            logger.warn("the fill is complete, and its small files could not be compacted", e);
            return null;
        }
    }
}
