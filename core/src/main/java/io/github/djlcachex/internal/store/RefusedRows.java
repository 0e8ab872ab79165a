package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * RefusedRows are rows that could not be written, on a full disk for instance. They move to the
 * memory tier, so that no epoch computes them again. They are put once more when the disk has taken
 * other rows, and by a flush or close after the one that has reported them: what is reported as
 * complete is on disk.
 */
final class RefusedRows {

    /*
     * The flusher moves the rows of a segment before it gives the segment up, so a reader finds
     * each of them at any time. A put takes a row out of the tier when it appends it, under the
     * rows' lock: before the segment is sealed, and so before the flusher moves the row back.
     *
     * The maintenance thread puts them again, or who calls flush or close; not the flusher, since
     * a put may wait for the queue, which the flusher alone empties. They find in the tier what is
     * still there; the rest was evicted, or put by a caller meanwhile.
     */

    private static final Logger logger = LoggerFactory.getLogger(RefusedRows.class);

    /** So many rows are copied at once. */
    private static final int ROWS_AT_ONCE = 256;

    private final Generation generation;
    private final BiFunction<Keys, RowBatch, PutCounts> put;
    private final Maintenance.Task storing;

    @GuardedBy("this") private final Deque<Keys> refused = new ArrayDeque<>();

    @GuardedBy("this") private long refusedRows;

    private final Object putting = new Object();

    /** How many of the first ones a flush has reported as lost. */
    @GuardedBy("this") private int reported;

    /** Creates the keeper; {@code put} stores rows as a caller does. */
    RefusedRows(
            Generation generation,
            Maintenance maintenance,
            BiFunction<Keys, RowBatch, PutCounts> put) {
        this.generation = generation;
        this.put = put;
        this.storing = maintenance.add("store rows that could not be written", this::storeAgain);
    }

    /** Copies the rows of a segment to the memory tier. Never throws. */
    void keep(OpenSegment segment) {
        try {
            Generation.State state = generation.state();
            if (state != null && state.contract().sameRows(segment.contract())) {
                move(state, segment);
            }
        } catch (Throwable e) { // such as for want of memory: the rows are misses then
            logger.debug("rows that could not be written cannot be kept in memory either", e);
        }
    }

    private void move(Generation.State state, OpenSegment segment) throws IOException {
        Keys keys = segment.keys();
        for (int from = 0; from < keys.size(); from += ROWS_AT_ONCE) {
            int count = Math.min(ROWS_AT_ONCE, keys.size() - from);
            Keys some = keys.select(IntStream.range(from, from + count).toArray());
            RowShapes shapes =
                    RowShapesReader.of(segment, segment.contract().schema(), from, count);
            RowBatch rows = RowBatch.allocateOnHeap(shapes);
            for (int i = 0; i < count; i++) {
                segment.copyRow(from + i, rows, i);
                state.tier().put(some, i, rows);
            }
            remember(some, state.tier().capacityOf(rows.bytes() / count));
        }
    }

    /** Remembers no more keys than the tier has room for rows. */
    private synchronized void remember(Keys keys, long capacity) {
        refused.addLast(keys);
        refusedRows += keys.size();
        while (refusedRows > capacity && !refused.isEmpty()) {
            next();
        }
    }

    /** The disk has taken rows: those that it refused are put again, by another thread. */
    void storeAgainSoon() {
        if (size() > 0) {
            storing.scheduleIn(0);
        }
    }

    private synchronized int size() {
        return refused.size();
    }

    private synchronized @Nullable Keys next() {
        Keys keys = refused.pollFirst();
        refusedRows -= keys == null ? 0 : keys.size();
        reported = Math.max(0, reported - 1);
        return keys;
    }

    /** A flush has reported all that were refused so far. */
    synchronized void markReported() {
        reported = refused.size();
    }

    private synchronized int reported() {
        return reported;
    }

    /** Puts those once more that were reported; others would be reported twice at once. */
    void storeReported() {
        storeAgain(reported());
    }

    private void storeAgain() {
        storeAgain(size());
    }

    private void storeAgain(int batches) {
        for (int i = 0; i < batches; i++) { // not those that are refused meanwhile
            synchronized (putting) {
                Keys keys = next();
                if (keys != null) {
                    storeAgain(keys);
                }
            }
        }
    }

    /** Held while rows are on their way from the tier to a segment: who removes rows waits. */
    Object putting() {
        return putting;
    }

    private void storeAgain(Keys keys) {
        Generation.State state = generation.state();
        if (state == null || state.contract().keyType() != keys.type()) {
            return; // the generation was reset
        }
        MemoryTier.Search tier = state.tier().search(keys);
        RowSchema schema = state.contract().schema();
        RowShapes.Builder shapes = RowShapes.builder(schema);
        int[][] ofRow = RowShapesReader.newShapes(schema);
        List<byte[]> rows = new ArrayList<>();
        int[] found = new int[keys.size()];
        for (int position = 0; position < keys.size(); position++) {
            byte[] row = tier.find(position);
            if (row != null) {
                found[rows.size()] = position;
                rows.add(row);
                EncodedRow.readShapes(row, schema, ofRow);
                shapes.add(ofRow);
            }
        }
        if (!rows.isEmpty()) {
            RowBatch batch = RowBatch.allocateOnHeap(shapes.build());
            for (int i = 0; i < rows.size(); i++) {
                EncodedRow.copy(rows.get(i), batch, i);
            }
            storeAgain(state, keys.select(Arrays.copyOf(found, rows.size())), batch);
        }
    }

    private void storeAgain(Generation.State state, Keys some, RowBatch batch) {
        if (put.apply(some, batch).declined() > 0) {
            remember(some, state.tier().capacityOf(batch.bytes() / some.size()));
        }
    }
}
