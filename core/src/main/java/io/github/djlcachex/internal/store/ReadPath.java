package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.segment.DeletedFileException;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * What a store answers to readers. Until a generation has columns every key is missing.
 *
 * <p>Takes no lock, except where keys are listed, or a damaged snapshot is replaced. Safe for use
 * by many threads.
 */
final class ReadPath {

    private final Generation generation;
    private final SourceTable sources;
    private final StoreCounters counters;
    private final ReentrantLock rowsLock;
    private final SnapshotGuard guard;
    private final GatherContext context;
    private final Runnable onMiss;

    ReadPath(
            Generation generation,
            ReentrantLock rowsLock,
            SnapshotGuard guard,
            GatherContext context,
            Runnable onMiss) {
        this.generation = generation;
        this.sources = context.sources();
        this.counters = context.counters();
        this.rowsLock = rowsLock;
        this.guard = guard;
        this.context = context;
        this.onMiss = onMiss;
    }

    /** Copies the rows that are there; returns the positions of the others, ascending. */
    int[] gather(Keys keys, RowBatch into) {
        Generation.State state = generation.state();
        int[] missing;
        if (state == null) {
            counters.misses.add(keys.size());
            missing = allOf(keys);
        } else {
            state.check(generation.subject(), keys.type(), into.schema());
            missing = guard.retryIfIncomplete(state, () -> context.gather(state, keys, into));
        }
        if (missing.length > 0) {
            onMiss.run();
        }
        return missing;
    }

    /** Has a row that was copied be a miss from now on, since its bytes are none of such a row. */
    void reject(Keys keys, int position) {
        Generation.State state = generation.state();
        long address = state == null ? Address.NONE : state.index().find(keys, position);
        counters.misses.increment();
        if (address != Address.NONE && sources.get(address) instanceof SegmentFile file) {
            counters.diskHits.decrement();
            context.rejected().damaged(file, address, null);
        }
    }

    /** The shapes of rows before they are copied; empty until the generation has columns. */
    Optional<RowShapes> shapes(Keys keys) {
        Generation.State state = generation.state();
        if (state == null) {
            return Optional.empty();
        }
        state.check(generation.subject(), keys.type());
        RowSchema schema = state.contract().schema();
        return Optional.of(
                schema.isVariable()
                        ? guard.retryIfIncomplete(
                                state, () -> new RowShapesReader(state, context, keys).read())
                        : RowShapes.fixed(schema, keys.size()));
    }

    /** The positions of the keys that have no row, ascending. */
    int[] missingPositions(Keys keys) {
        Generation.State state = generation.state();
        if (state == null) {
            return allOf(keys);
        }
        state.check(generation.subject(), keys.type());
        return guard.retryIfIncomplete(state, () -> missingPositions(state, keys));
    }

    private static int[] allOf(Keys keys) {
        return IntStream.range(0, keys.size()).toArray();
    }

    /** The memory tier is asked first: a row that leaves it meanwhile is in the index by then. */
    private int[] missingPositions(Generation.State state, Keys keys) {
        MissingPositions missing = new MissingPositions();
        long[] addresses = new long[Math.min(keys.size(), RowIndex.KEYS_AT_ONCE)];
        boolean[] inTier = new boolean[addresses.length];
        MemoryTier.Search tier = state.tier().search(keys);
        for (int from = 0; from < keys.size(); from += addresses.length) {
            int count = Math.min(addresses.length, keys.size() - from);
            for (int i = 0; i < count; i++) {
                inTier[i] = tier.contains(from + i);
            }
            state.index().findAll(keys, from, count, inTier, addresses);
            for (int i = 0; i < count; i++) {
                if (!inTier[i] && !sources.isReadable(addresses[i])) {
                    boolean moved = addresses[i] != Address.NONE && tier.contains(from + i);
                    if (!moved) { // by RefusedRows, since the tier was asked
                        missing.add(from + i);
                    }
                }
            }
        }
        return missing.toArray();
    }

    /** The keys of all rows that are stored. */
    Keys keys() throws IOException {
        Generation.State state = generation.state();
        if (state == null) {
            return Keys.of(new long[0]);
        }
        try {
            return keys(state);
        } catch (DeletedFileException e) {
            guard.letGoOfDeleted();
            return keys(state);
        }
    }

    private Keys keys(Generation.State state) throws IOException {
        return guard.retryIfIncomplete(
                state, () -> new KeyListing(state, sources, rowsLock).list());
    }
}
