package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * ServedRows are the rows of a generation as users see them: the one place that knows that some
 * columns may be stored in another precision. Safe for use by many threads.
 */
final class ServedRows {

    /*
     * What is stored: the contract of the generation says it, which may be another process's. Before
     * there is one, the opener's option says it, and the first put makes it the contract. A contract
     * that is not what an option asks for is refused, at the open or at the first use after it was
     * found.
     *
     * Reading: the engine copies stored rows to scratch memory, and checks them there as always; what
     * was found is widened into the caller's batch. A large batch is cut into parts, so that the
     * scratch memory stays small, can be kept, and is in the processor's cache when it is widened.
     *
     * A row that is out of range is the same row everywhere: not stored, and not rounded.
     */

    private static final Logger logger = LoggerFactory.getLogger(ServedRows.class);

    private final Generation generation;
    private final StoredColumns option;
    private final boolean asked;
    private final StoreCounters counters;
    private final ReadPath reads;
    private final WritePath writes;
    private final ScratchPool pool = new ScratchPool();
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile Generation.@Nullable State checked;

    ServedRows(
            Generation generation,
            StoredColumns option,
            StoreCounters counters,
            ReadPath reads,
            WritePath writes) {
        this.generation = generation;
        this.option = option;
        this.asked = !option.equals(StoredColumns.AS_THEY_ARE);
        this.counters = counters;
        this.reads = reads;
        this.writes = writes;
    }

    /** The columns that users see, once something was stored. */
    Optional<RowSchema> schema() {
        Generation.State state = generation.state();
        return state == null ? Optional.empty() : Optional.of(state.servedSchema());
    }

    /**
     * The size of a row as it is stored, or 0 before there is one; the least of rows that differ.
     */
    long storedRowBytes() {
        Generation.State state = generation.state();
        return state == null ? 0 : state.contract().schema().rowBytes();
    }

    /** Copies the rows that are there; returns the positions of the others, ascending. */
    int[] gather(Keys keys, RowBatch into) {
        Narrowing narrowing = ofContract();
        if (narrowing != null) {
            return gather(narrowing, keys, into);
        }
        try {
            return reads.gather(keys, into);
        } catch (SchemaMismatchException e) {
            return gather(narrowingSince(into.schema(), e), keys, into);
        }
    }

    /** The shapes of rows before they are copied; empty until something was stored. */
    Optional<RowShapes> shapes(Keys keys) {
        return reads.shapes(keys).map(this::servedShapes);
    }

    private RowShapes servedShapes(RowShapes shapes) {
        Narrowing narrowing = ofContract();
        return narrowing == null || !narrowing.stored().equals(shapes.schema())
                ? shapes
                : narrowing.servedShapes(shapes);
    }

    PutCounts put(Keys keys, RowBatch rows) {
        return store(keys, rows, writes::put);
    }

    /** Keeps rows that may not be stored, for this process alone. */
    PutCounts keepInMemory(Keys keys, RowBatch rows) {
        return store(keys, rows, writes::keepInMemory);
    }

    private PutCounts store(
            Keys keys, RowBatch rows, BiFunction<Keys, RowBatch, PutCounts> writing) {
        Narrowing narrowing = of(rows.schema());
        if (narrowing != null) {
            return narrowed(narrowing, keys, rows, writing);
        }
        try {
            return writing.apply(keys, rows);
        } catch (SchemaMismatchException e) {
            return narrowed(narrowingSince(rows.schema(), e), keys, rows, writing);
        }
    }

    /** What another process's contract says that was found just now, or the failure. */
    private Narrowing narrowingSince(RowSchema columns, SchemaMismatchException failure) {
        Narrowing found = ofContract();
        if (found == null || !found.served().equals(columns)) {
            throw failure;
        }
        return found;
    }

    /**
     * The rows as a gather gives them once they are stored.
     *
     * @return the batch itself if its rows are stored as they are, or a copy on the heap
     */
    RowBatch rounded(RowBatch rows) {
        Narrowing narrowing = of(rows.schema());
        if (narrowing == null) {
            return rows;
        }
        check(narrowing, rows.schema());
        RowBatch copy = RowBatch.allocateOnHeap(rows.shapes());
        for (int c = 0; c < rows.schema().columns().size(); c++) {
            copy.buffer(c).put(0, rows.buffer(c), 0, rows.buffer(c).capacity());
        }
        int atOnce = rowsAtOnce(narrowing, rows);
        for (int from = 0; from < rows.rows(); from += atOnce) {
            RowBatch part = part(copy, from, Math.min(rows.rows(), from + atOnce));
            Scratch scratch = pool.take(narrowing.scratchBytes(part.shapes()));
            RowBatch narrow = narrowing.room(part, scratch);
            BitSet outOfRange = narrowing.narrow(part, narrow, scratch);
            narrowing.widen(narrow, outOfRange, part, scratch);
            pool.give(scratch);
        }
        return copy;
    }

    /** Refuses a contract that stores other columns than the option asks for. */
    void checkOption() {
        Generation.State state = generation.state();
        if (state == null || state.equals(checked) || !asked) {
            return;
        }
        RowSchema present = state.contract().schema();
        if (!option.of(state.servedSchema()).equals(present)) {
            throw new SchemaMismatchException(
                    Problem.of(
                            generation.subject(),
                            present + ", as it was first written",
                            "option storeAs: " + option,
                            "leave the option out; or use another module id; or open the cache without the"
                                    + " option and reset() it, which deletes its rows"));
        }
        checked = state;
    }

    /** What the contract says, or null if rows are stored as they are served. */
    private @Nullable Narrowing ofContract() {
        if (asked) {
            checkOption();
        }
        Generation.State state = generation.state();
        return state == null ? null : state.narrowing();
    }

    /** What the contract says, or before there is one the option. */
    private @Nullable Narrowing of(RowSchema columns) {
        if (!asked || generation.state() != null) {
            return ofContract();
        }
        return Narrowing.of(option.of(columns));
    }

    private void check(Narrowing narrowing, RowSchema columns) {
        if (!columns.equals(narrowing.served())) {
            throw new SchemaMismatchException(
                    Problem.of(
                            generation.subject(),
                            narrowing.served() + ", as at its first write",
                            columns.toString(),
                            "use another module id or fingerprint for other outputs, or reset() the"
                                    + " cache, which deletes its rows and columns"));
        }
    }

    private int[] gather(Narrowing narrowing, Keys keys, RowBatch into) {
        check(narrowing, into.schema());
        int atOnce = rowsAtOnce(narrowing, into);
        if (into.rows() <= atOnce) {
            return gatherPart(narrowing, keys, into);
        }
        MissingPositions missing = new MissingPositions();
        for (int from = 0; from < into.rows(); from += atOnce) {
            int to = Math.min(into.rows(), from + atOnce);
            for (int row : gatherPart(narrowing, part(keys, from, to), part(into, from, to))) {
                missing.add(from + row);
            }
        }
        return missing.toArray();
    }

    private int[] gatherPart(Narrowing narrowing, Keys keys, RowBatch into) {
        Scratch scratch = pool.take(narrowing.scratchBytes(into.shapes()));
        RowBatch narrow = narrowing.room(into, scratch);
        int[] missing = reads.gather(keys, narrow);
        BitSet left = new BitSet();
        IntStream.of(missing).forEach(left::set);
        narrowing.widen(narrow, left, into, scratch);
        pool.give(scratch);
        return missing;
    }

    private PutCounts narrowed(
            Narrowing narrowing,
            Keys keys,
            RowBatch rows,
            BiFunction<Keys, RowBatch, PutCounts> writing) {
        check(narrowing, rows.schema());
        int atOnce = rowsAtOnce(narrowing, rows);
        PutCounts result = PutCounts.allDeclined(0);
        for (int from = 0; from == 0 || from < rows.rows(); from += atOnce) {
            int to = Math.min(rows.rows(), from + atOnce);
            RowBatch part = part(rows, from, to);
            result = result.plus(narrowedPart(narrowing, part(keys, from, to), part, writing));
        }
        return result;
    }

    private PutCounts narrowedPart(
            Narrowing narrowing,
            Keys keys,
            RowBatch rows,
            BiFunction<Keys, RowBatch, PutCounts> writing) {
        Scratch scratch = pool.take(narrowing.scratchBytes(rows.shapes()));
        RowBatch narrow = narrowing.room(rows, scratch);
        BitSet outOfRange = narrowing.narrow(rows, narrow, scratch);
        PutCounts result;
        if (outOfRange.isEmpty()) {
            result = writing.apply(keys, narrow);
        } else {
            int[] inRange =
                    IntStream.range(0, rows.rows()).filter(row -> !outOfRange.get(row)).toArray();
            PutCounts declined = declined(keys, outOfRange);
            result = declined.plus(writing.apply(keys.select(inRange), narrow.select(inRange)));
        }
        pool.give(scratch);
        return result;
    }

    private PutCounts declined(Keys keys, BitSet outOfRange) {
        PutCounts declined = PutCounts.allDeclined(outOfRange.cardinality());
        counters.outOfRange.add(declined.declined());
        counters.add(declined);
        if (warned.compareAndSet(false, true)) {
            logger.warn(
                    "{}: the row of id '{}' holds a number that the precision of its column cannot"
                            + " represent; such rows are not stored, and computed each time. Store the"
                            + " column as BFLOAT16, or as it is",
                    generation.subject(),
                    keys.getObject(outOfRange.nextSetBit(0)));
        }
        return declined;
    }

    /** Rows of one size are cut into parts; what rows of several sizes take is not known before. */
    private static int rowsAtOnce(Narrowing narrowing, RowBatch batch) {
        if (batch.schema().isVariable()) {
            return Math.max(1, batch.rows());
        }
        long rowBytes = narrowing.stored().rowBytes();
        return (int) Math.max(1, ScratchPool.MAX_KEPT_BYTES / 2 / rowBytes);
    }

    private static Keys part(Keys keys, int from, int to) {
        return from == 0 && to == keys.size()
                ? keys
                : keys.select(IntStream.range(from, to).toArray());
    }

    private static RowBatch part(RowBatch batch, int from, int to) {
        if (from == 0 && to == batch.rows()) {
            return batch;
        }
        ByteBuffer[] buffers = new ByteBuffer[batch.schema().columns().size()];
        for (int c = 0; c < buffers.length; c++) {
            int start = batch.shapes().offset(c, from);
            int end = batch.shapes().offset(c, to);
            buffers[c] = batch.buffer(c).slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
        }
        return RowBatch.wrap(batch.schema(), to - from, buffers);
    }
}
