package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.BitSet;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * ServedRows are the rows of a generation as users see them: the one place that knows that some
 * columns may be stored in another precision, or sparse. Safe for use by many threads.
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
     * Sparse rows differ in size, so that a gather reads their shapes first. Neither those nor the
     * indices are believed: a file may have right checksums over anything, and they may not be checked
     * at all. A row whose indices are not those of a dense row is a damaged row.
     *
     * A row that is out of range is the same row everywhere: not stored, and not rounded.
     */

    private static final Logger logger = LoggerFactory.getLogger(ServedRows.class);

    private final Generation generation;
    private final StoredColumns option;
    private final boolean asked;
    private final SparseChoice choice;
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
        this.choice = new SparseChoice(option, generation.subject());
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
            Narrowing found = narrowingSince(null, into.schema(), e);
            return found == null ? reads.gather(keys, into) : gather(found, keys, into);
        }
    }

    /** The shapes of rows before they are copied; empty until something was stored. */
    Optional<RowShapes> shapes(Keys keys) {
        Narrowing narrowing = ofContract();
        if (narrowing != null && !narrowing.served().isVariable()) {
            RowShapes shapes = RowShapes.fixed(narrowing.served(), keys.size());
            return reads.shapes(keys.select(new int[0]))
                    .map(none -> shapes); // checks the kind of the keys
        }
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
        if (rows.rows() == 0 && option.mayBeSparse() && generation.state() == null) {
            return PutCounts.allDeclined(0); // no row to decide by
        }
        Narrowing narrowing = ofPut(rows);
        try {
            return converted(narrowing, keys, rows, writing);
        } catch (SchemaMismatchException e) {
            return converted(narrowingSince(narrowing, rows.schema(), e), keys, rows, writing);
        }
    }

    private PutCounts converted(
            @Nullable Narrowing narrowing,
            Keys keys,
            RowBatch rows,
            BiFunction<Keys, RowBatch, PutCounts> writing) {
        return narrowing == null
                ? writing.apply(keys, rows)
                : narrowed(narrowing, keys, rows, writing);
    }

    /** What another thread's or process's contract says that was found just now, or the failure. */
    private @Nullable Narrowing narrowingSince(
            @Nullable Narrowing tried, RowSchema columns, SchemaMismatchException failure) {
        Narrowing found = ofContract();
        Generation.State state = generation.state();
        if (state == null
                || !state.servedSchema().equals(columns)
                || Objects.equals(storedBy(tried), storedBy(found))) {
            throw failure;
        }
        return found;
    }

    private static @Nullable RowSchema storedBy(@Nullable Narrowing narrowing) {
        return narrowing == null ? null : narrowing.stored();
    }

    /**
     * The rows as a gather gives them once they are stored.
     *
     * @return the batch itself if its rows are stored as they are, or a copy on the heap
     */
    RowBatch rounded(RowBatch rows) {
        Narrowing present = ofRounding(rows.schema());
        if (present != null) {
            check(present, rows.schema());
        }
        Narrowing narrowing = present == null ? null : present.rounding();
        if (narrowing == null) {
            return rows;
        }
        RowBatch copy = RowBatch.allocateOnHeap(rows.shapes());
        for (int c = 0; c < rows.schema().columns().size(); c++) {
            copy.buffer(c).put(0, rows.buffer(c), 0, rows.buffer(c).capacity());
        }
        int atOnce = narrowing.rowsAtOnce(rows);
        for (int from = 0; from < rows.rows(); from += atOnce) {
            RowBatch part = BatchParts.rows(copy, from, Math.min(rows.rows(), from + atOnce));
            RowShapes shapes = narrowing.storedShapes(part);
            Scratch scratch = pool.take(narrowing.scratchBytes(shapes));
            RowBatch narrow = narrowing.room(part, shapes, scratch);
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
        if (!option.allows(present, state.servedSchema())) {
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

    /** What the contract says, or before there is one the option; sparse columns do not matter. */
    private @Nullable Narrowing ofRounding(RowSchema columns) {
        return !asked || generation.state() != null
                ? ofContract()
                : Narrowing.of(option.of(columns, column -> false));
    }

    /** What the contract says, or before there is one the option and the first rows. */
    private @Nullable Narrowing ofPut(RowBatch rows) {
        return !asked || generation.state() != null
                ? ofContract()
                : Narrowing.of(choice.stored(rows));
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
        int atOnce = narrowing.rowsAtOnce(into);
        if (into.rows() <= atOnce) {
            return gatherPart(narrowing, keys, into);
        }
        MissingPositions missing = new MissingPositions();
        for (int from = 0; from < into.rows(); from += atOnce) {
            int to = Math.min(into.rows(), from + atOnce);
            for (int row : gatherRange(narrowing, keys, into, from, to)) {
                missing.add(from + row);
            }
        }
        return missing.toArray();
    }

    private int[] gatherPart(Narrowing narrowing, Keys keys, RowBatch into) {
        RowShapes shapes;
        try {
            shapes = storedShapes(narrowing, keys, into);
        } catch (InvalidRowsException e) { // of a damaged file, or of rows denser than expected
            return gatherHalves(narrowing, keys, into);
        }
        Scratch scratch = pool.take(narrowing.scratchBytes(shapes));
        RowBatch narrow = narrowing.room(into, shapes, scratch);
        int[] missing = reads.gather(keys, narrow);
        BitSet left = new BitSet();
        IntStream.of(missing).forEach(left::set);
        BitSet illegal = narrowing.illegal(narrow, left);
        illegal.stream().forEach(row -> reads.reject(keys, row));
        left.or(illegal);
        narrowing.widen(narrow, left, into, scratch);
        pool.give(scratch);
        return illegal.isEmpty() ? missing : left.stream().toArray();
    }

    private RowShapes storedShapes(Narrowing narrowing, Keys keys, RowBatch into) {
        if (!narrowing.isSparse()) {
            return narrowing.storedShapes(into);
        }
        RowShapes none = RowShapes.builder(narrowing.stored()).build();
        RowShapes found = reads.shapes(keys).orElse(none);
        if (!found.schema().equals(narrowing.stored()) || found.rows() != keys.size()) {
            RowShapes.Builder empty = RowShapes.builder(narrowing.stored()); // of a reset just now
            for (int row = 0; row < keys.size(); row++) {
                empty.addEmpty();
            }
            found = empty.build();
        }
        return narrowing.storedShapes(into.shapes(), found);
    }

    /** Reads rows that claim to be larger than a batch may be, and a single one not at all. */
    private int[] gatherHalves(Narrowing narrowing, Keys keys, RowBatch into) {
        if (keys.size() == 1) {
            counters.misses.increment();
            return new int[1];
        }
        MissingPositions missing = new MissingPositions();
        int half = keys.size() / 2;
        IntStream.of(gatherRange(narrowing, keys, into, 0, half)).forEach(missing::add);
        IntStream.of(gatherRange(narrowing, keys, into, half, keys.size()))
                .forEach(row -> missing.add(half + row));
        return missing.toArray();
    }

    private int[] gatherRange(Narrowing narrowing, Keys keys, RowBatch into, int from, int to) {
        Keys some = BatchParts.keys(keys, from, to);
        return gatherPart(narrowing, some, BatchParts.rows(into, from, to));
    }

    private PutCounts narrowed(
            Narrowing narrowing,
            Keys keys,
            RowBatch rows,
            BiFunction<Keys, RowBatch, PutCounts> writing) {
        check(narrowing, rows.schema());
        int atOnce = narrowing.rowsAtOnce(rows);
        PutCounts result = PutCounts.allDeclined(0);
        for (int from = 0; from == 0 || from < rows.rows(); from += atOnce) {
            int to = Math.min(rows.rows(), from + atOnce);
            RowBatch part = BatchParts.rows(rows, from, to);
            result =
                    result.plus(
                            narrowedPart(
                                    narrowing, BatchParts.keys(keys, from, to), part, writing));
        }
        return result;
    }

    private PutCounts narrowedPart(
            Narrowing narrowing,
            Keys keys,
            RowBatch rows,
            BiFunction<Keys, RowBatch, PutCounts> writing) {
        if (rows.rows() == 1 && narrowing.isTooLarge(rows, 0)) { // others are, together, smaller
            PutCounts declined = PutCounts.allDeclined(1);
            counters.oversized.increment();
            counters.add(declined);
            return declined;
        }
        RowShapes shapes = narrowing.storedShapes(rows);
        Scratch scratch = pool.take(narrowing.scratchBytes(shapes));
        RowBatch narrow = narrowing.room(rows, shapes, scratch);
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
}
