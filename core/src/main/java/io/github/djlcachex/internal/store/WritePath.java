package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What becomes of rows that are put: appended to the open segment, kept in the memory tier, or
 * declined. Safe for use by many threads.
 */
final class WritePath {

    /** A row larger than this is not stored: with its metadata its file would pass 256 MiB. */
    static final long MAX_ROW_BYTES = OpenSegment.MAX_BYTES - (1 << 20);

    private final boolean synchronousWrites;
    private final Generation generation;
    private final SourceTable sources;
    private final StoreCounters counters;
    private final Agreement agreement;
    private final FlusherThread flusher;
    private final SnapshotGuard guard;
    private final Appender appender;
    private final FlushQueue queue;
    private final SpaceLimit space;

    WritePath(
            boolean synchronousWrites,
            Generation generation,
            SourceTable sources,
            StoreCounters counters,
            Agreement agreement,
            FlusherThread flusher,
            SnapshotGuard guard,
            Appender appender,
            FlushQueue queue,
            SpaceLimit space) {
        this.synchronousWrites = synchronousWrites;
        this.generation = generation;
        this.sources = sources;
        this.counters = counters;
        this.agreement = agreement;
        this.flusher = flusher;
        this.guard = guard;
        this.appender = appender;
        this.queue = queue;
        this.space = space;
    }

    PutCounts put(Keys keys, RowBatch batch) {
        boolean fits = batch.schema().rowBytes() <= MAX_ROW_BYTES;
        if (fits && batch.bytes() <= MAX_ROW_BYTES) { // all rows together, as nearly always
            return putStorable(keys, batch);
        }
        int[] storable = storable(batch);
        if (fits && storable.length == batch.rows()) {
            return putStorable(keys, batch);
        }
        int oversized = batch.rows() - storable.length;
        counters.oversized.add(oversized);
        PutCounts declined = counted(PutCounts.allDeclined(oversized));
        return storable.length == 0
                ? declined
                : putStorable(keys.select(storable), batch.select(storable)).plus(declined);
    }

    /** The positions of the rows that are not too large. */
    private static int[] storable(RowBatch batch) {
        long leastBytes = batch.schema().rowBytes();
        return IntStream.range(0, batch.rows())
                .filter(i -> leastBytes + OpenSegment.valueBytes(batch, i) <= MAX_ROW_BYTES)
                .toArray();
    }

    private PutCounts putStorable(Keys keys, RowBatch batch) {
        Generation.State state = agreement.agree(keys.type(), batch.schema());
        if (state == null) {
            return keepInMemory(keys, batch);
        }
        PutCounts result =
                flusher.startIfNeeded()
                        ? appendIfRoom(state, keys, batch)
                        : PutCounts.allDeclined(keys.size());
        if (result.declined() > 0 || sources.outage().any()) {
            keepMissing(state, keys, batch);
        }
        return counted(synchronousWrites ? persisted(state, keys, result) : result);
    }

    /** Adds rows unless the cache directory has no room for them. */
    private PutCounts appendIfRoom(Generation.State state, Keys keys, RowBatch batch) {
        SpaceLimit.Claim claim = space.claim(state.contract(), keys, batch);
        if (claim == null) {
            int stored = storedAlready(state, keys);
            space.declined(keys.size() - stored);
            return new PutCounts(0, stored, keys.size() - stored);
        }
        try {
            return guard.append(state, keys, batch);
        } finally {
            space.release(claim);
        }
    }

    private int storedAlready(Generation.State state, Keys keys) {
        int stored = 0;
        for (int position = 0; position < keys.size(); position++) {
            stored += sources.isReadable(state.index().find(keys, position)) ? 1 : 0;
        }
        return stored;
    }

    /** Waits for the disk; rows that did not get there were not stored. */
    private PutCounts persisted(Generation.State state, Keys keys, PutCounts result) {
        flush(FlushQueue.FOREVER_MS);
        int lost = 0;
        int accepted = keys.size() - result.declined(); // those that are declined come last
        for (int position = 0; position < accepted; position++) {
            lost += sources.isOnDisk(state.index().find(keys, position)) ? 0 : 1;
        }
        lost = Math.min(lost, result.stored());
        return new PutCounts(result.stored() - lost, result.duplicates(), result.declined() + lost);
    }

    /** Keeps rows that may not be stored, for this process alone. */
    PutCounts keepInMemory(Keys keys, RowBatch batch) {
        keepMissing(generation.provisional(keys.type(), batch.schema()), keys, batch);
        return counted(PutCounts.allDeclined(keys.size()));
    }

    /** The memory tier is asked first: a second copy there would hide the one that is stored. */
    private void keepMissing(Generation.State state, Keys keys, RowBatch batch) {
        MemoryTier.Search tier = state.tier().search(keys);
        for (int position = 0; position < keys.size(); position++) {
            if (!tier.contains(position) && !sources.isAtHand(state.index().find(keys, position))) {
                state.tier().put(keys, position, batch);
            }
        }
    }

    private PutCounts counted(PutCounts result) {
        counters.add(result);
        return result;
    }

    /** Waits until every row that was accepted before is written or lost. */
    boolean flush(long timeoutMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        long ticket = appender.sealAll(timeoutMs);
        return ticket >= 0 && queue.await(ticket, LastSteps.leftMs(deadline));
    }

    /** The rows that are accepted and not yet written. */
    long pendingRows() {
        return queue.pendingRows() + appender.openRows();
    }

    /** The size of those rows; if they differ in size, with their keys and shapes. */
    long pendingBytes() {
        Generation.State state = generation.state();
        if (state == null) {
            return 0;
        }
        RowSchema schema = state.contract().schema();
        return schema.isVariable()
                ? queue.pendingBytes() + appender.openBytes()
                : schema.rowBytes() * pendingRows();
    }
}
