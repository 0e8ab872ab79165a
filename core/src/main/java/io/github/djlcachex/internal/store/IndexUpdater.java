package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.row.Keys;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The write side of the index: one lock, and the number of rows that it leads to.
 *
 * <p>Lock order, for the whole package: {@link Catalog} or {@link Generation}, then this lock, then
 * {@link FlushQueue}'s, then {@link SourceTable}'s. No thread waits for another one while it holds
 * this one, but for {@code clear} and {@code replace}; nor for the disk, but where a string key is
 * compared with one in a file.
 */
final class IndexUpdater {

    /** The index is rebuilt once one entry of this many leads nowhere. */
    private static final int REBUILD_DIVISOR = 4;

    private static final int MIN_GONE = 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Generation generation;
    private final SourceTable sources;
    private final AtomicLong live = new AtomicLong();
    private final AtomicLong gone = new AtomicLong();

    IndexUpdater(Generation generation, SourceTable sources) {
        this.generation = generation;
        this.sources = sources;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Runs a change of the agreed index under the lock. */
    void update(Consumer<RowIndex> change) {
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

    /** Runs a search of the agreed index, without the lock. */
    void read(Consumer<RowIndex> search) {
        Generation.State state = generation.state();
        if (state != null) {
            search.accept(state.index());
        }
    }

    /**
     * Sets the address of a key. Counts the row unless the address that was found before leads to a
     * source. Under the lock.
     */
    void putAndCount(RowIndex index, Keys keys, int position, long found, long address) {
        if (!sources.isPresent(found)) {
            live.incrementAndGet();
        }
        index.put(keys, position, address);
    }

    /** Rebuilds the heap without entries that lead nowhere, if they are many. Under the lock. */
    void rebuildIfSparse(RowIndex index) {
        long dead = gone.get();
        if (dead > MIN_GONE && dead > index.size() / REBUILD_DIVISOR) {
            index.retain(sources::isPresent);
            gone.addAndGet(-dead);
        }
    }

    /** Detaches sources. Index entries that lead to them become misses. */
    void removeSources(Set<? extends RowSource> gone) {
        update(
                index -> {
                    sources.removeAll(gone);
                    recount(index);
                });
    }

    /** Counts rows that a lost source took with it. */
    void countLost(long rows) {
        live.addAndGet(-rows);
        gone.addAndGet(rows);
    }

    /** Counts rows that an index snapshot leads to. */
    void countCovered(long rows) {
        live.addAndGet(rows);
    }

    /** Counts all entries, after sources went. Under the lock. */
    void recount(RowIndex index) {
        if (index.snapshot() != null) { // a string key is not hidden by an entry without a source
            index.retain(address -> sources.get(address) != null);
        }
        live.set(index.count(sources::isPresent));
        gone.set(index.size() - index.countOnHeap(sources::isPresent));
    }

    /** Forgets all rows. Under the lock. */
    void clear(RowIndex index) {
        sources.clear();
        index.clear();
        live.set(0);
        gone.set(0);
    }

    long count() {
        return live.get();
    }
}
