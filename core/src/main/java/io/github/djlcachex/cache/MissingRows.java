package io.github.djlcachex.cache;

import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * MissingRows is one batch of rows that is filled from the cache, and where that has none from a
 * function. For one thread.
 */
final class MissingRows<E extends Exception> {

    private final ComputeDoors cache;
    private final Keys keys;
    private final RowFunction<Keys, RowBatch, E> function;
    private @Nullable RowBatch rows;

    MissingRows(ComputeDoors cache, Keys keys, RowFunction<Keys, RowBatch, E> function) {
        this.cache = cache;
        this.keys = keys;
        this.function = function;
    }

    /** Returns the rows of all keys. */
    RowBatch complete() throws E {
        int[] missing = lookUp(IntStream.range(0, keys.size()).toArray());
        while (missing.length > 0) {
            RowClaims claims = cache.claim(keys, missing);
            try (claims) {
                compute(claims.positions());
            }
            missing = without(missing, claims.positions());
            if (missing.length > 0) {
                claims.awaitOthers();
                missing = lookUp(missing);
            }
        }
        RowBatch filled = rows;
        // an empty batch before the first row of all: only the function knows the columns
        return filled == null ? checked(keys, function.compute(keys)) : filled;
    }

    /** Copies the rows that are there to their positions, and returns the other positions. */
    private int[] lookUp(int[] positions) {
        Keys sought = positions.length == keys.size() ? keys : keys.select(positions);
        RowBatch found = cache.shapes(sought).map(RowBatch::allocateOnHeap).orElse(null);
        if (found == null) {
            return positions;
        }
        int[] absent = cache.gather(sought, found).missing();
        if (rows == null && sought == keys) {
            rows = found;
        } else {
            place(found, IntStream.range(0, positions.length).toArray(), positions);
        }
        return IntStream.of(absent).map(i -> positions[i]).toArray();
    }

    /** Copies rows to their positions. What is undefined is looked up or computed yet. */
    private void place(RowBatch source, int[] rowOf, int[] positions) {
        RowBatch into = rows;
        if (into != null) {
            checkColumns(into.schema(), source.schema());
        }
        if (into == null || source.schema().isVariable()) {
            into = RowBatch.allocateOnHeap(shapesWith(source, rowOf, positions));
            for (int row = 0; rows != null && row < keys.size(); row++) {
                if (into.shapes().sameRow(row, rows.shapes(), row)) {
                    into.copyRow(rows, row, row);
                }
            }
            rows = into;
        }
        for (int i = 0; i < positions.length; i++) {
            into.copyRow(source, rowOf[i], positions[i]);
        }
    }

    /** The shapes of the rows so far, but at some positions those of other rows. */
    private RowShapes shapesWith(RowBatch source, int[] rowOf, int[] positions) {
        int[] sourceRow = new int[keys.size()];
        Arrays.fill(sourceRow, -1);
        for (int i = 0; i < positions.length; i++) {
            sourceRow[positions[i]] = rowOf[i];
        }
        RowShapes.Builder shapes = RowShapes.builder(source.schema());
        for (int row = 0; row < sourceRow.length; row++) {
            if (sourceRow[row] >= 0) {
                shapes.addFrom(source.shapes(), sourceRow[row]);
            } else if (rows != null) {
                shapes.addFrom(rows.shapes(), row);
            } else {
                shapes.addEmpty();
            }
        }
        return shapes.build();
    }

    /** Fills the claimed positions. */
    private void compute(int[] claimed) throws E {
        int[] absent = claimed;
        // the previous holder of a claim may have stored rows since the lookup
        if (cache.missing(keys.select(claimed)).length < claimed.length) {
            absent = lookUp(claimed);
        }
        if (absent.length == 0) {
            return;
        }
        Map<Object, Integer> rowOfKey = new HashMap<>();
        int[] rowOf = new int[absent.length];
        int[] first = new int[absent.length];
        for (int i = 0; i < absent.length; i++) {
            int next = rowOfKey.size();
            Integer before = rowOfKey.putIfAbsent(keys.getObject(absent[i]), next);
            rowOf[i] = before == null ? next : before;
            first[rowOf[i]] = before == null ? absent[i] : first[rowOf[i]];
        }
        RowBatch computed = store(keys.select(Arrays.copyOf(first, rowOfKey.size())));
        place(computed, Arrays.copyOf(rowOf, absent.length), absent);
    }

    private RowBatch store(Keys asked) throws E {
        RowBatch computed = checked(asked, function.compute(asked));
        cache.put(asked, computed);
        return cache.rounded(computed);
    }

    private static RowBatch checked(Keys asked, @Nullable RowBatch computed) {
        if (computed == null || computed.rows() != asked.size()) {
            throw new InvalidRowsException(
                    Problem.of(
                            "rows of the function",
                            asked.size() + " rows, one a key",
                            computed == null ? "null" : computed.rows() + " rows",
                            "return a row for each key that the function is given"));
        }
        return computed;
    }

    /** Rows that were read before a reset have other columns than those that were put after it. */
    private static void checkColumns(RowSchema read, RowSchema computed) {
        if (!read.equals(computed)) {
            throw new SchemaMismatchException(
                    Problem.of(
                            "rows of the function",
                            read + ", as the rows that were read",
                            computed.toString(),
                            "return rows of one kind, and reset() the cache while no thread uses it"));
        }
    }

    private static int[] without(int[] positions, int[] done) {
        BitSet left = new BitSet();
        IntStream.of(positions).forEach(left::set);
        IntStream.of(done).forEach(left::clear);
        return left.stream().toArray();
    }
}
