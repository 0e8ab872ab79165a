package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.IndexSnapshot;
import io.github.djlcachex.internal.segment.Outage;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

/**
 * Repeats searches that may have missed keys: without the index snapshot if that turns out damaged,
 * which writes do too, and after this or another process replaced files by new ones.
 */
final class SnapshotGuard {

    private final Catalog catalog;
    private final Outage outage;
    private final Appender appender;

    SnapshotGuard(Catalog catalog, Outage outage, Appender appender) {
        this.catalog = catalog;
        this.outage = outage;
        this.appender = appender;
    }

    /** A search of the index. */
    interface Search<T, E extends Exception> {
        T run() throws E;
    }

    /** Searches, and searches again once the index was mended, if the search shows that it must. */
    <T, E extends Exception> T retryIfIncomplete(Generation.State state, Search<T, E> search)
            throws E {
        IndexSnapshot snapshot = state.index().snapshot();
        T result = searchUndisturbed(search);
        if (outage.anyDeleted() && catalog.refreshAfterDeletion()) {
            result = searchUndisturbed(search);
        }
        return isDamaged(snapshot) ? rebuildAndSearch(search) : result;
    }

    /** Lets go of files that a search found deleted. */
    void letGoOfDeleted() {
        if (outage.anyDeleted()) {
            catalog.refreshAfterDeletion();
        }
    }

    /** Searches again if files were given up meanwhile: their rows are in others. */
    private <T, E extends Exception> T searchUndisturbed(Search<T, E> search) throws E {
        while (true) {
            int givenUp = catalog.givenUp();
            T result = search.run();
            if (givenUp == catalog.givenUp()) {
                return result;
            }
        }
    }

    private <T, E extends Exception> T rebuildAndSearch(Search<T, E> search) throws E {
        catalog.rebuildWithoutSnapshot();
        return search.run();
    }

    /** Adds the rows whose key has none; those behind damage once the segments have been asked. */
    PutCounts append(Generation.State state, Keys keys, RowBatch batch) {
        IndexSnapshot snapshot = state.index().snapshot();
        PutCounts first = appender.append(state, keys, batch, 0);
        if (first.declined() == 0 || !isDamaged(snapshot)) {
            return first;
        }
        catalog.rebuildWithoutSnapshot();
        int from = keys.size() - first.declined();
        PutCounts accepted = new PutCounts(first.stored(), first.duplicates(), 0);
        return accepted.plus(appender.append(state, keys, batch, from));
    }

    private static boolean isDamaged(@Nullable IndexSnapshot snapshot) {
        return snapshot != null && snapshot.damaged();
    }
}
