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

/**
 * The open segment, and how rows get into it.
 *
 * <p>A row is appended, then its key gets its address: from that moment every thread finds it. The
 * segment is sealed when it is full, when it is old, or when somebody asks for a flush.
 */
final class Appender {

    /** A segment smaller than this is flushed only after ten flush delays. */
    private static final long SMALL_SEGMENT_BYTES = 1 << 20;

    private static final int SMALL_SEGMENT_DELAY_FACTOR = 10;

    private final StoreOptions options;
    private final IndexUpdater rows;
    private final ReentrantLock lock;
    private final SourceTable sources;
    private final FlushQueue queue;
    private final ChunkPool pool;

    @GuardedBy("lock") private @Nullable OpenSegment open;

    @GuardedBy("lock") private int openSource;

    private volatile long openRows;
    private volatile boolean closed;

    Appender(
            StoreOptions options,
            IndexUpdater rows,
            SourceTable sources,
            FlushQueue queue,
            ChunkPool pool) {
        this.options = options;
        this.rows = rows;
        this.lock = rows.lock();
        this.sources = sources;
        this.queue = queue;
        this.pool = pool;
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
            for (; position < keys.size() && !closed; position++) {
                if ((open != null && open.isFull()) || !state.index().hasRoom()) {
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
            if (open != null && open.isFull()) {
                seal();
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
    }

    @GuardedBy("lock") private OpenSegment openNew(Generation.State state) {
        OpenSegment segment =
                new OpenSegment(
                        state.contract(),
                        options.segmentBytes(),
                        options.segmentRows(),
                        System.nanoTime(),
                        pool);
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

    /** Seals the open segment if it is old enough; returns when to ask again, in milliseconds. */
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
            long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - open.openedAtNanos());
            long delayMs = options.flushDelayMs();
            boolean small = open.bytes() < SMALL_SEGMENT_BYTES;
            if (ageMs >= (small ? delayMs * SMALL_SEGMENT_DELAY_FACTOR : delayMs)) {
                seal();
                return TimeUnit.DAYS.toMillis(1);
            }
            return Math.max(1, delayMs - ageMs % delayMs);
        } finally {
            lock.unlock();
        }
    }

    /** The rows of the open segment. */
    long openRows() {
        return openRows;
    }
}
