package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.WriterId;

/** What a store does for its files by itself: the index snapshot and compaction. */
final class BackgroundUpkeep {

    private final IndexSnapshotter snapshotter;
    private final Compaction compaction;

    BackgroundUpkeep(
            Maintenance maintenance,
            StoreOptions options,
            Storage storage,
            StorePaths paths,
            Generation generation,
            Catalog catalog,
            WriterId writer,
            SpaceLimit space,
            StoreCounters counters) {
        this.snapshotter =
                new IndexSnapshotter(
                        maintenance, options, storage, paths, generation, catalog, writer);
        this.compaction =
                new Compaction(
                        maintenance,
                        options,
                        storage,
                        paths,
                        generation,
                        catalog,
                        snapshotter,
                        space,
                        counters);
    }

    /** Lets files be written, from the first user on that may write. */
    void enable() {
        snapshotter.enable();
        compaction.enable();
    }

    /** Looks for what is due, after a segment was written. */
    void wake() {
        snapshotter.wake();
        compaction.wake();
    }

    /** Tells what is under way, and the last steps, when to give up. */
    void closeWithin(long timeoutMs) {
        snapshotter.closeWithin(timeoutMs);
        compaction.closeWithin(timeoutMs);
    }

    /** Does at close what is due; after {@link #closeWithin}. */
    void runLast() {
        compaction.runLast();
        snapshotter.writeLast();
    }

    Compaction compaction() {
        return compaction;
    }
}
