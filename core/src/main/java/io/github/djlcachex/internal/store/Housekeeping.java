package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.WriterId;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Housekeeping is what a store does for its directory without being asked. */
final class Housekeeping {

    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    private final Generation generation;
    private final Catalog catalog;
    private final UseMarks marks;
    private final SpaceLimit space;
    private final Expiry expiry;
    private final DiskLevels disk;
    private final Maintenance.Task expiring;
    private final IndexSnapshotter snapshotter;
    private final Compaction compaction;

    Housekeeping(
            Storage storage,
            StorePaths paths,
            StoreOptions options,
            Generation generation,
            Catalog catalog,
            Expiry expiry,
            FlushQueue queue,
            Appender appender,
            StoreCounters counters,
            WriterId writer,
            Maintenance maintenance) {
        this.generation = generation;
        this.catalog = catalog;
        this.expiry = expiry;
        this.marks = new UseMarks(storage, paths, maintenance);
        this.disk = new DiskLevels(paths, maintenance);
        Evictor evictor = new Evictor(storage, paths, catalog, maintenance);
        this.space =
                new SpaceLimit(
                        storage,
                        paths,
                        options,
                        queue,
                        appender,
                        counters,
                        evictor,
                        disk,
                        maintenance);
        this.expiring = maintenance.add("look for expired segments", this::expire);
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

    UseMarks marks() {
        return marks;
    }

    SpaceLimit space() {
        return space;
    }

    DiskLevels disk() {
        return disk;
    }

    Expiry expiry() {
        return expiry;
    }

    /** The store is open. */
    void opened() {
        if (expiry.isOn()) {
            expiring.scheduleIn(HOUR_MS);
        }
    }

    /** The store has a user that writes. */
    void writable() {
        generation.restoreOrWarn();
        marks.opened();
        if (expiry.isOn()) {
            expiry.enableDeletion();
            expiring.scheduleIn(0); // what had expired at the open is still there
        }
        space.measure();
        snapshotter.enable();
        compaction.enable();
    }

    private void expire() throws IOException {
        expiring.scheduleIn(HOUR_MS);
        catalog.refresh();
    }

    /** The directories were made again, after somebody deleted them. */
    void restored() {
        generation.restoreOrWarn();
        marks.touch();
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
