package io.github.djlcachex.internal.store;

import java.io.IOException;

/** The Eraser deletes the rows and notes of a generation, on disk and in memory. */
final class Eraser {

    private final Generation generation;
    private final Catalog catalog;
    private final IndexUpdater rows;
    private final Notes notes;
    private final Runnable flush;

    /** Creates the eraser; {@code flush} waits until no row waits to be written. */
    Eraser(Generation generation, Catalog catalog, IndexUpdater rows, Notes notes, Runnable flush) {
        this.generation = generation;
        this.catalog = catalog;
        this.rows = rows;
        this.notes = notes;
        this.flush = flush;
    }

    /** Deletes all segments and notes, after what waits is written. */
    void clear() throws IOException {
        synchronized (catalog) {
            generation.restore();
            deleteAll(false);
        }
    }

    /** Deletes the columns and the key type too, so that the next write decides on them. */
    void reset() throws IOException {
        synchronized (catalog) {
            synchronized (generation.diskLock()) { // no other thread writes the contract now
                deleteAll(true);
            }
        }
    }

    /** The caller holds the catalog's monitor. */
    private void deleteAll(boolean columns) throws IOException {
        rows.lock().lock();
        try {
            flush.run();
            catalog.deleteAll();
            Generation.State state = generation.state();
            if (state != null) {
                rows.clear(state.index());
                state.tier().clear();
            }
            catalog.forget();
            notes.clear();
            if (columns) {
                generation.forget();
            }
        } finally {
            rows.lock().unlock();
        }
    }
}
