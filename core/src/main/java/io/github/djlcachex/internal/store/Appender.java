package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.io.Uninterruptibles;
import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The Appender puts rows into the open segment.
 *
 * <p>A row is appended, then its key gets its address: from that moment every thread finds it. The
 * segment is sealed when it is full, when the {@link SealPolicy} says so, when the computation of
 * its rows took long ({@link ComputeTime}), or when a caller asks for a flush.
 */
final class Appender {

    private final StoreOptions options;
    private final IndexUpdater rows;
    private final ReentrantLock lock;
    private final SourceTable sources;
    private final FlushQueue queue;
    private final ChunkPool pool;
    private final LongSupplier nanoClock;
    private final ComputeTime computeTime;

    @GuardedBy("lock") private final SealPolicy policy;

    @GuardedBy("lock") private @Nullable OpenSegment open;

    @GuardedBy("lock") private int openSource;

    private volatile long openRows;
    private volatile long openBytes;
    private volatile boolean sealRequested;
    private volatile boolean closed;

    Appender(
            StoreOptions options,
            IndexUpdater rows,
            SourceTable sources,
            FlushQueue queue,
            ChunkPool pool) {
        this(options, rows, sources, queue, pool, System::nanoTime);
    }

    /** Creates an appender with another clock. */
    Appender(
            StoreOptions options,
            IndexUpdater rows,
            SourceTable sources,
            FlushQueue queue,
            ChunkPool pool,
            LongSupplier nanoClock) {
        this.options = options;
        this.rows = rows;
        this.lock = rows.lock();
        this.sources = sources;
        this.queue = queue;
        this.pool = pool;
        this.nanoClock = nanoClock;
        this.policy = new SealPolicy(options.flushDelayMs());
        this.computeTime = new ComputeTime(options.flushDelayMs(), nanoClock, this::startFlush);
    }

    /** The time that the rows of the open segment took to compute. */
    ComputeTime computeTime() {
        return computeTime;
    }

    /** Adds the rows whose key has none yet. */
    PutCounts append(Generation.State state, Keys keys, RowBatch batch) {
        return append(state, keys, batch, 0);
    }

    /** The same from a position on. */
    PutCounts append(Generation.State state, Keys keys, RowBatch batch, int from) {
        RowCrc crc = new RowCrc(batch);
        PutCounts result = PutCounts.allDeclined(0);
        long deadline = queue.admissionDeadline();
        int position = from;
        while (position < keys.size()) {
            if (closed || !state.index().hasRoom() || !queue.admit(deadline)) {
                return result.plus(PutCounts.allDeclined(keys.size() - position));
            }
            PutCounts filled = fillOne(state, keys, batch, position, crc);
            result = result.plus(filled);
            position += filled.stored() + filled.duplicates() + filled.declined();
        }
        return result;
    }

    /** Adds rows until the open segment is full, the batch ends or the index is uncertain. */
    private PutCounts fillOne(
            Generation.State state, Keys keys, RowBatch batch, int from, RowCrc crc) {
        lock.lock();
        try {
            rows.rebuildIfSparse(state.index());
            int stored = 0;
            int declined = 0;
            int position = from;
            boolean full = false;
            for (; position < keys.size() && !closed; position++) {
                full = open != null && !open.hasRoomFor(batch, position);
                if (full || !state.index().hasRoom()) {
                    break;
                }
                long found = state.index().find(keys, position);
                if (isNew(state, keys, position, found)) {
                    if (state.index().uncertain()) {
                        declined = keys.size() - position;
                        break;
                    }
                    add(state, keys, batch, position, found, crc);
                    stored++;
                }
            }
            if (stored > 0) {
                policy.appended(nanoClock.getAsLong());
                openBytes = open == null ? 0 : open.bytes();
            }
            if (full || (open != null && open.isFull())) {
                seal();
                policy.sealedFull();
            }
            return new PutCounts(stored, position - from - stored, declined);
        } finally {
            lock.unlock();
        }
    }

    /** A row that cannot be read now has its place: it is not stored once more. */
    private boolean isNew(Generation.State state, Keys keys, int position, long found) {
        return !sources.isReadable(found)
                && !(sources.outage().any()
                        && sources.isUnreadable(state.index().candidate(keys, position)));
    }

    @GuardedBy("lock") private void add(
            Generation.State state,
            Keys keys,
            RowBatch batch,
            int position,
            long found,
            RowCrc crc) {
        OpenSegment segment = open != null ? open : openNew(state);
        int row = segment.append(keys, batch, position, crc.of(keys, position, position));
        openRows = row + 1L;
        rows.putAndCount(state.index(), keys, position, found, Address.of(openSource, row));
        state.tier().remove(keys, position); // before the segment can be sealed: RefusedRows
    }

    @GuardedBy("lock") private OpenSegment openNew(Generation.State state) {
        long nowNanos = nanoClock.getAsLong();
        OpenSegment segment =
                new OpenSegment(
                        state.contract(),
                        options.segmentBytes(),
                        options.segmentRows(),
                        nowNanos,
                        pool);
        policy.opened(nowNanos);
        openSource = sources.add(segment);
        open = segment;
        queue.wake();
        return segment;
    }

    @GuardedBy("lock") private void seal() {
        OpenSegment segment = open;
        if (segment != null && segment.rows() > 0) {
            queue.add(new FlushQueue.Job(segment, openSource));
            open = null;
            openRows = 0;
            openBytes = 0;
            sealRequested = false;
            computeTime.reset();
        }
    }

    /** Has the flusher seal what is open, and returns at once. */
    void startFlush() {
        if (openRows > 0) {
            sealRequested = true;
            queue.wake();
        }
    }

    /**
     * Seals what is open, and returns the ticket to wait for, or -1 if another thread held the lock
     * for so long.
     */
    long sealAll(long timeoutMs) {
        if (!Uninterruptibles.tryLock(lock, timeoutMs)) {
            return -1;
        }
        try {
            seal();
            return queue.ticket();
        } finally {
            lock.unlock();
        }
    }

    /** Declines all rows from now on. */
    void close() {
        closed = true;
    }

    /** Seals the open segment if it is due; returns when to ask again, in milliseconds. */
    long sealIfDue() {
        if (!lock.tryLock()) {
            return 1; // the flusher does not wait for the lock
        }
        try {
            if (open == null) {
                if (queue.pendingRows() == 0) {
                    pool.clear();
                }
                return TimeUnit.DAYS.toMillis(1);
            }
            long nowNanos = nanoClock.getAsLong();
            long bytes = open.bytes();
            long leftNanos = policy.leftNanos(bytes, open.openedAtNanos(), nowNanos);
            if (leftNanos <= 0) {
                policy.sealedWhenDue(bytes, nowNanos);
            }
            if (leftNanos <= 0 || sealRequested) {
                seal();
                return TimeUnit.DAYS.toMillis(1);
            }
            return 1 + TimeUnit.NANOSECONDS.toMillis(leftNanos);
        } finally {
            lock.unlock();
        }
    }

    /** The rows of the open segment. */
    long openRows() {
        return openRows;
    }

    /** The size of the open segment. */
    long openBytes() {
        return openBytes;
    }
}
