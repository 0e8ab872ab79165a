package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import java.io.IOException;
import java.util.List;

/** What removes, checks and mends what a store has on disk, when a caller asks for it. */
public final class Upkeep {

    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final Catalog catalog;
    private final SourceTable sources;
    private final StoreOptions options;
    private final Eraser eraser;
    private final Remover remover;
    private final Compaction compaction;
    private final ServedRows served;

    Upkeep(
            Storage storage,
            StorePaths paths,
            Generation generation,
            Catalog catalog,
            SourceTable sources,
            StoreOptions options,
            Eraser eraser,
            Remover remover,
            Compaction compaction,
            ServedRows served) {
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.catalog = catalog;
        this.sources = sources;
        this.options = options;
        this.eraser = eraser;
        this.remover = remover;
        this.compaction = compaction;
        this.served = served;
    }

    /** Deletes all segments and notes, after what waits is written. */
    public void clear() throws IOException {
        eraser.clear();
    }

    /** Deletes the columns and the key type too, so that the next write decides on them. */
    public void reset() throws IOException {
        eraser.reset();
    }

    /** Removes the rows of some keys, or counts them in a dry run. */
    public HygieneCounts remove(Keys keys, boolean dryRun) throws IOException {
        return remover.remove(keys, dryRun);
    }

    /** Puts rows in the place of those that their keys have. */
    public PutCounts replace(Keys keys, RowBatch rows) throws IOException {
        Generation.State state = generation.state();
        if (state != null) {
            state.checkServed(generation.subject(), rows.schema()); // before anything is removed
        }
        return remover.replace(keys, () -> served.put(keys, rows));
    }

    /** Replaces small files and those with removed rows, or tells what that would do. */
    public HygieneCounts compact(boolean dryRun) throws IOException {
        return compaction.run(CompactionRun.byCall(dryRun));
    }

    /** Checks all that is on disk. */
    public CheckedGeneration verify() throws IOException {
        return verify(VerifyPlan.ALL);
    }

    /** Checks what a plan chooses of what is on disk. */
    public CheckedGeneration verify(VerifyPlan plan) throws IOException {
        return new Verifier(storage, paths, generation).verify(plan);
    }

    /** Tells what became of the rows of some keys, of which the index misses some. */
    public List<TracedRow> explain(Keys keys, int[] missing) throws IOException {
        return new RowTracer(storage, paths, generation, sources, options.expireAfterWriteMs())
                .trace(keys, missing);
    }

    /** Repairs what is on disk; no other thread lists or clears it meanwhile. */
    public RepairedGeneration repair(VerifyPlan.Progress progress) throws IOException {
        synchronized (catalog) {
            return new Repairer(storage, paths, generation, catalog, options.segmentBytes())
                    .repair(progress);
        }
    }
}
