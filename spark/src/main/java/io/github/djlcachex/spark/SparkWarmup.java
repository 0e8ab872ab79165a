package io.github.djlcachex.spark;

import io.github.djlcachex.row.GivenOptions;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * SparkWarmup computes, by a Spark job, the features of a dataset's rows that a cache does not
 * have.
 *
 * <pre>{@code
 * SparkWarmupReport report =
 *         SparkWarmup.of(images)
 *                 .setIdColumn("id")
 *                 .setDirectory(Path.of("/shared/features"))
 *                 .setModuleId("resnet18")
 *                 .setExtractor(executor -> Extractor.of(loaded(executor.file("resnet18.pt")), inputs))
 *                 .optModelFiles(Path.of("resnet18.pt"))
 *                 .run();
 * }</pre>
 *
 * <p>Every executor opens the extractor once, whatever the number of its tasks, and each task asks
 * the cache which of its rows are missing, computes those in full batches, and ends with a flush. A
 * task has succeeded only if all its rows are on disk. What was flushed stays, whatever happens to
 * the task, the executor, the driver or another job on the same directory: it is a hit for whoever
 * asks next. So retries, speculative attempts and a second run compute what was not flushed, and
 * nothing else. There is no staging folder and no commit of the job.
 *
 * <p>All hosts must see the directory under the same path. The block runs as under a trainer, so
 * that a training on the features has the losses that it would have without. Not safe for use by
 * several threads.
 */
public final class SparkWarmup {

    private static final int BATCH_ROWS = 64;

    private final Dataset<Row> rows;
    private final GivenOptions given = new GivenOptions();
    private @Nullable String idColumn;
    private @Nullable Path directory;
    private @Nullable String moduleId;
    private @Nullable ExtractorFactory factory;
    private List<Path> modelFiles = List.of();
    private int batchRows = BATCH_ROWS;
    private int maxBadRows;
    private boolean compaction = true;

    private SparkWarmup(Dataset<Row> rows) {
        this.rows = rows;
    }

    /**
     * Returns a fill, to be run.
     *
     * @param rows the rows; those of one id must be the same. One partition is one task: some
     *     hundred MiB of features each are a good size
     * @return the fill
     */
    public static SparkWarmup of(Dataset<Row> rows) {
        return new SparkWarmup(GivenOptions.required(rows, "rows", "of with a dataset"));
    }

    /**
     * Sets the column of the ids.
     *
     * @param name a column of integers or strings
     * @return this fill
     */
    public SparkWarmup setIdColumn(String name) {
        this.idColumn = given.once("idColumn", name);
        return this;
    }

    /**
     * Sets the directory of the cache.
     *
     * @param directory the directory, which every host sees under this path
     * @return this fill
     */
    public SparkWarmup setDirectory(Path directory) {
        this.directory = given.once("directory", directory);
        return this;
    }

    /**
     * Sets the module id.
     *
     * @param moduleId the id, as that of the decorator that reads the features
     * @return this fill
     */
    public SparkWarmup setModuleId(String moduleId) {
        this.moduleId = given.once("moduleId", moduleId);
        return this;
    }

    /**
     * Sets what opens the extractor in each JVM.
     *
     * @param factory the factory, which Spark sends to the executors
     * @return this fill
     */
    public SparkWarmup setExtractor(ExtractorFactory factory) {
        this.factory = given.once("extractor", factory);
        return this;
    }

    /**
     * Gives files to all executors, by Spark's file server. The factory finds them by their names:
     * {@link ExecutorContext#file}.
     *
     * @param files files or folders of the driver, each with a name of its own
     * @return this fill
     */
    public SparkWarmup optModelFiles(Path... files) {
        this.modelFiles = given.once("modelFiles", List.of(files));
        return this;
    }

    /**
     * Sets how many rows are looked up and computed at once.
     *
     * @param batchRows 1 or more; 64 by default
     * @return this fill
     */
    public SparkWarmup optBatchRows(int batchRows) {
        this.batchRows = given.once("batchRows", batchRows, 1);
        return this;
    }

    /**
     * Sets how many rows may be bad: rows without an id, that the extractor fails on, or that the
     * cache does not take.
     *
     * @param maxBadRows 0 or more; 0 by default. One more fails the task, and in the end the job
     * @return this fill
     */
    public SparkWarmup optMaxBadRows(int maxBadRows) {
        this.maxBadRows = given.once("maxBadRows", maxBadRows, 0);
        return this;
    }

    /**
     * Sets whether the driver makes large files of the small ones of the tasks, after the job.
     *
     * @param compaction false to leave them; true by default
     * @return this fill
     */
    public SparkWarmup optCompaction(boolean compaction) {
        this.compaction = given.once("compaction", compaction);
        return this;
    }

    /**
     * Runs the job, and returns once all rows are on disk.
     *
     * @return what was done
     * @throws io.github.djlcachex.row.InvalidOptionException if an option is missing, the id column
     *     is none, or the factory cannot open the extractor on the driver
     * @throws io.github.djlcachex.djl.TooManyBadRowsException if more rows are bad than allowed, in
     *     all tasks together
     * @throws io.github.djlcachex.row.CacheIoException if the driver does not find what executors
     *     have stored: the directory is not shared
     * @throws OtherExtractorException if executors have other weights or code than the driver.
     *     Spark hands no cause on where it excludes failed executors, as {@code
     *     spark.excludeOnFailure} asks for: its own exception has the message then
     */
    public SparkWarmupReport run() {
        FillSpec spec =
                new FillSpec(
                        UUID.randomUUID().toString(),
                        GivenOptions.required(factory, "extractor", "setExtractor"),
                        ModelFiles.distribute(rows.sparkSession().sparkContext(), modelFiles),
                        new CachePlace(
                                GivenOptions.required(directory, "directory", "setDirectory")
                                        .toAbsolutePath()
                                        .toString(),
                                GivenOptions.required(moduleId, "moduleId", "setModuleId")),
                        null,
                        IdColumn.of(
                                rows.schema(),
                                GivenOptions.required(idColumn, "idColumn", "setIdColumn")),
                        batchRows,
                        maxBadRows);
        return new FillJob(rows, spec, compaction).run();
    }
}
