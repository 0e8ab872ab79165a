package io.github.djlcachex.djl;

import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;

/**
 * Warmup computes in one call all features of a dataset that the cache does not have.
 *
 * <pre>{@code
 * WarmupReport report = Warmup.of(cached, dataset).run();
 * }</pre>
 *
 * <p>Only the inputs of missing rows are loaded, in batches. The block computes them as under a
 * trainer, so that a training that follows has the losses that it would have without. What was
 * computed is flushed every half a minute: a job that was killed is started again, and computes the
 * rest. Several processes may warm up one directory; at worst some rows are computed twice.
 *
 * <p>A row that cannot be loaded, or on which the block fails, goes to a list of bad rows, with the
 * reason, and the job goes on. The job ends with an exception if there are too many of them, if the
 * disk has no room for all rows, which is estimated after the first batch, or if rows cannot be
 * written. An interrupt ends it after a batch; the report then says that it is incomplete.
 *
 * <p>On a terminal the progress is one line; elsewhere it is few lines of log at level info. Not
 * safe for use by several threads; the decorator may be used meanwhile.
 */
public final class Warmup {

    private static final int BAD_ROWS = 100;
    private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(30);

    final CacheBlockDecorator cached;
    final CachedDataset dataset;
    final RandomAccessDataset rows;
    private final GivenOptions given = new GivenOptions();
    int batchRows;
    int maxBadRows = BAD_ROWS;
    Duration flushInterval = FLUSH_INTERVAL;
    @Nullable ProgressListener listener;
    @Nullable ExecutorService loader;

    // tests have their own
    LongSupplier nanoClock = System::nanoTime;
    @Nullable LongSupplier freeBytes;
    @Nullable ProgressDisplay display;

    private Warmup(CacheBlockDecorator cached, CachedDataset dataset, RandomAccessDataset rows) {
        this.cached = cached;
        this.dataset = dataset;
        this.rows = rows;
    }

    /**
     * Returns a warm-up, to be run.
     *
     * @param cached the decorated block
     * @param dataset a {@link RandomAccessDataset} with ids
     * @return the warm-up
     * @throws UnsupportedDatasetException if the dataset with the ids is no RandomAccessDataset
     */
    public static Warmup of(CacheBlockDecorator cached, CachedDataset dataset) {
        Options.given("decorator", cached);
        if (!(Options.given("dataset", dataset).dataset() instanceof RandomAccessDataset rows)) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "dataset to warm up",
                            "a RandomAccessDataset with ids",
                            dataset.dataset().getClass().getName(),
                            "run its batches through the decorator"));
        }
        return new Warmup(cached, dataset, rows);
    }

    /**
     * Sets how many rows are computed at once.
     *
     * @param batchRows the rows of a batch, 1 or more; by default as many as the dataset's own
     *     batches have
     * @return this warm-up
     */
    public Warmup optBatchRows(int batchRows) {
        Options.check(batchRows >= 1, "rows of a batch", "1 or more", batchRows);
        this.batchRows = given.once("rows of a batch", batchRows);
        return this;
    }

    /**
     * Sets how many rows may be bad.
     *
     * @param maxBadRows 0 or more; 100 by default. One more ends the job with an exception
     * @return this warm-up
     */
    public Warmup optMaxBadRows(int maxBadRows) {
        Options.check(maxBadRows >= 0, "bad rows", "0 or more", maxBadRows);
        this.maxBadRows = given.once("bad rows", maxBadRows);
        return this;
    }

    /**
     * Sets how often what was computed is written, in the background.
     *
     * @param interval the time after which a killed job has lost nothing of what was before, 30
     *     seconds by default; each flush makes a file
     * @return this warm-up
     */
    public Warmup optFlushInterval(Duration interval) {
        Options.check(
                !Options.given("flush interval", interval).isNegative(),
                "flush interval",
                "0 or more",
                interval);
        this.flushInterval = given.once("flush interval", interval);
        return this;
    }

    /**
     * Tells a program how far the job is, in place of the terminal or the log.
     *
     * @param listener is told at most five times a second
     * @return this warm-up
     */
    public Warmup optProgress(ProgressListener listener) {
        this.listener = given.once("progress", listener);
        return this;
    }

    /**
     * Loads inputs on other threads, ahead of the block, as {@code Dataset.getData} does.
     *
     * @param loader the threads; they are not ended here
     * @return this warm-up
     */
    public Warmup optExecutor(ExecutorService loader) {
        this.loader = given.once("executor", loader);
        return this;
    }

    /**
     * Computes and stores what is missing, and waits until it is on disk.
     *
     * @return what was done
     * @throws TooManyBadRowsException if more rows are bad than allowed
     * @throws io.github.djlcachex.row.CacheIoException if the disk has no room for the rows, or
     *     some could not be written
     * @throws io.github.djlcachex.row.InvalidOptionException if the decorator is switched off, or
     *     its cache may not write
     * @throws io.github.djlcachex.row.CacheException if the block's outputs or the ids cannot be
     *     cached, as from {@link CacheBlockDecorator#forward}
     * @throws IOException if the dataset cannot be prepared
     * @throws TranslateException if the dataset cannot be prepared
     */
    public WarmupReport run() throws IOException, TranslateException {
        return new WarmupRun(this).run();
    }
}
