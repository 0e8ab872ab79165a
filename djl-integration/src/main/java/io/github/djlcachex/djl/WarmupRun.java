package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** WarmupRun is one run of a {@link Warmup}. It is for one thread. */
final class WarmupRun {

    /*
     * The missing rows are found first, by their ids alone. They are loaded in batches, by a
     * sampler that names their indices, and run through the decorator, which stores them. If a
     * batch fails, or some of its rows are not there afterwards, its rows are run one by one, which
     * tells the bad ones; loading then starts anew behind that batch, since the state of an
     * iterator that threw is unknown.
     */

    private final Warmup options;
    private final CacheBlockDecorator cached;
    private final CachedDataset dataset;
    private final WarmupDisk disk;
    private final WarmupTracker tracker;
    private final List<BadRow> badRows = new ArrayList<>();
    private int done;

    WarmupRun(Warmup options) {
        this.options = options;
        this.cached = options.cached;
        this.dataset = options.dataset;
        this.disk = new WarmupDisk(options);
        this.tracker = new WarmupTracker(options);
    }

    WarmupReport run() throws IOException, TranslateException {
        Options.check(cached.isEnabled(), "decorator", "one that is on", "one that is off");
        Options.check(
                dataset.views() == 1,
                "dataset",
                "one view a row; several are filled by an epoch for each",
                dataset.views() + " views");
        try (NDManager manager = NDManager.newBaseManager();
                disk) {
            dataset.prepareIds(manager);
            FeatureCache cache = cached.cache();
            Options.check(cache.isWritable(), "cache", "one that may write", "one that may not");
            cache.refresh();
            disk.begin(cache);
            long[] missing = MissingIndices.of(dataset, options.rows.size(), cache);
            tracker.begin(missing.length, cache);
            compute(manager, missing);
            cached.rememberRowCost();
            disk.finish(cached.cache());
            WarmupReport report =
                    tracker.report(options.rows.size(), done, badRows, cached.cache());
            tracker.end(report);
            return report;
        }
    }

    private void compute(NDManager manager, long[] missing) throws IOException, TranslateException {
        while (done < missing.length && !Thread.currentThread().isInterrupted()) {
            try (NDManager scratch = manager.newSubManager()) {
                computeUntilAFailure(scratch, missing);
            }
        }
    }

    private void computeUntilAFailure(NDManager manager, long[] missing)
            throws IOException, TranslateException {
        IndexBatches sampler = new IndexBatches(missing, done, IndexBatches.rowsOf(options));
        Iterator<Batch> batches = options.rows.getData(manager, sampler, options.loader).iterator();
        boolean whole = true;
        while (whole && done < missing.length && !Thread.currentThread().isInterrupted()) {
            long[] indices = sampler.batchAt(done);
            whole = runs(manager, batches);
            whole = whole && notStored(indices).length == 0;
            if (!whole) {
                oneByOne(manager, indices);
            }
            done += indices.length;
            disk.afterBatch(cached.cache(), missing.length - done, dataset.keysAt(indices));
            tracker.update(done, badRows.size(), cached.cache());
        }
    }

    /** Runs a batch, and tells whether nothing failed that may be the fault of a row. */
    private boolean runs(NDManager manager, Iterator<Batch> batches) {
        try {
            run(manager, batches);
            return true;
        } catch (CacheException e) {
            throw e; // of no row alone: the next batch would fail as well
        } catch (RuntimeException e) {
            Loggers.WARMUP.debug("a batch failed, and its rows are run one by one", e);
            return false;
        }
    }

    private void run(NDManager manager, Iterator<Batch> batches) {
        try (Batch batch = batches.next()) {
            NDList inputs = dataset.withIds(batch).getData();
            // as a trainer, whose rows have the same bits
            cached.forward(new ParameterStore(manager, false), inputs, true, null).close();
        }
    }

    private int[] notStored(long[] indices) {
        return cached.cache().missing(dataset.keysAt(indices));
    }

    private void oneByOne(NDManager manager, long[] indices)
            throws IOException, TranslateException {
        int[] positions = notStored(indices);
        for (int position : positions) {
            oneRow(manager, indices[position]);
        }
    }

    private void oneRow(NDManager manager, long index) throws IOException, TranslateException {
        long[] alone = {index};
        try (NDManager scratch = manager.newSubManager()) {
            run(scratch, options.rows.getData(scratch, new IndexBatches(alone, 0, 1)).iterator());
            if (notStored(alone).length > 0) {
                bad(
                        index,
                        "it was computed, and not stored: its features are of another shape"
                                + " than the cached ones, or the cache declined it; the log has a warning");
            }
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            bad(index, Problem.reasonOf(e));
        }
    }

    private void bad(long index, String reason) {
        Keys key = dataset.keysAt(new long[] {index});
        BadRow row = new BadRow(index, key.getObject(0), reason);
        if (badRows.size() == options.maxBadRows) {
            throw new TooManyBadRowsException(
                    Problem.of(
                            "warm-up",
                            "at most " + options.maxBadRows + " rows that fail",
                            "one more: "
                                    + row
                                    + (badRows.isEmpty() ? "" : "; first " + badRows.get(0)),
                            "repair the data, or raise optMaxBadRows; what was computed is stored,"
                                    + " and the next run goes on from there"));
        }
        badRows.add(row);
    }
}
