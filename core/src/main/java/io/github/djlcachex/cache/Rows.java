package io.github.djlcachex.cache;

import io.github.djlcachex.index.RowIndex;
import io.github.djlcachex.row.Keys;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The write side of the index: one lock, and the number of rows that it leads to.
 *
 * <p>Lock order, for the whole package: {@link Catalog} or {@link Generation}, then this lock, then
 * {@link Flusher}'s, then {@link SourceTable}'s. Nobody waits for the disk or for another thread
 * while holding this one, but for {@code clear}.
 */
final class Rows {

    /** The index is rebuilt when this part of it leads nowhere. */
    private static final int GONE_FRACTION = 4;

    private static final int MIN_GONE = 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Generation generation;
    private final SourceTable sources;
    private final AtomicLong live = new AtomicLong();
    private final AtomicLong gone = new AtomicLong();

    Rows(Generation generation, SourceTable sources) {
        this.generation = generation;
        this.sources = sources;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Runs a change of the agreed index under the lock. */
    void writing(Consumer<RowIndex> change) {
        lock.lock();
        try {
            Generation.State state = generation.state();
            if (state != null) {
                rebuildIfSparse(state.index());
                change.accept(state.index());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets an entry unless its key has a readable row; returns whether it did. Under the lock. */
    boolean setUnlessReadable(RowIndex index, Keys keys, int position, long address) {
        long present = index.find(keys, position);
        if (sources.isReadable(present)) {
            return false;
        }
        if (!sources.isPresent(present)) {
            live.incrementAndGet();
        }
        index.put(keys, position, address);
        return true;
    }

    /** Drops what leads nowhere, if it is much. Under the lock. */
    void rebuildIfSparse(RowIndex index) {
        long dead = gone.get();
        if (dead > MIN_GONE && dead > index.size() / GONE_FRACTION) {
            index.retain(sources::isPresent);
            gone.addAndGet(-dead);
        }
    }

    /** Counts rows that a lost source took with it. */
    void lost(int rows) {
        live.addAndGet(-rows);
        gone.addAndGet(rows);
    }

    /** Forgets all rows. Under the lock. */
    void clear(RowIndex index) {
        sources.clear();
        index.retain(any -> false);
        live.set(0);
        gone.set(0);
    }

    long count() {
        return live.get();
    }
}
