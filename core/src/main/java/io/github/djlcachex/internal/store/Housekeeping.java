package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.WriterId;

/**
 * What a store does for its directory without being asked.
 *
 * @param generation the contract
 * @param marks the marks of its use
 * @param space the limits of the cache directory
 */
record Housekeeping(Generation generation, UseMarks marks, SpaceLimit space) {

    static Housekeeping of(
            Storage storage,
            StorePaths paths,
            WriterId writer,
            StoreOptions options,
            Generation generation,
            Catalog catalog,
            FlushQueue queue,
            Appender appender,
            StoreCounters counters,
            Maintenance maintenance) {
        Evictor evictor = new Evictor(storage, paths, catalog, maintenance);
        return new Housekeeping(
                generation,
                new UseMarks(storage, paths, writer, maintenance),
                new SpaceLimit(
                        storage, paths, options, queue, appender, counters, evictor, maintenance));
    }

    /** The store has a first user that writes. */
    void writable() {
        generation.restoreOrWarn();
        marks.opened();
        space.measure();
    }

    /** The directories were made again, after somebody deleted them. */
    void restored() {
        generation.restoreOrWarn();
        marks.touch();
    }
}
