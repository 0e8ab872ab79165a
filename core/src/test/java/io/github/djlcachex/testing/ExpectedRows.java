package io.github.djlcachex.testing;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;

import java.util.stream.IntStream;

/** The right rows of a pool of keys, computed once, to judge many batches fast. */
public final class ExpectedRows {

    private final Keys pool;
    private final RowBatch rows;

    public ExpectedRows(TestRows oracle, Keys pool) {
        this.pool = pool;
        this.rows = oracle.batch(pool);
    }

    /** The keys from one number to another: the numbers, or texts of them. */
    public static Keys keys(KeyType type, int from, int to) {
        return switch (type) {
            case INT64 -> TestRows.range(from, to);
            case UTF8 ->
                    Keys.ofStrings(IntStream.range(from, to).mapToObj(i -> "key " + i).toList());
        };
    }

    public static KeyType typeOf(Keys keys) {
        return keys instanceof StringKeys ? KeyType.UTF8 : KeyType.INT64;
    }

    public Keys pool() {
        return pool;
    }

    /** How many of the found rows of a batch of the whole pool are not the right ones. */
    public int wrong(RowBatch batch, int[] missing) {
        return wrong(IntStream.range(0, pool.size()).toArray(), batch, missing);
    }

    /**
     * How many of the found rows of a batch are not the right ones.
     *
     * @param drawn the number in the pool of each row's key
     * @param batch the gathered rows
     * @param missing the positions that were not found, ascending
     */
    public int wrong(int[] drawn, RowBatch batch, int[] missing) {
        int wrong = 0;
        int nextMiss = 0;
        for (int position = 0; position < drawn.length; position++) {
            if (nextMiss < missing.length && missing[nextMiss] == position) {
                nextMiss++;
            } else if (!isRight(drawn[position], batch, position)) {
                wrong++;
            }
        }
        return wrong;
    }

    private boolean isRight(int number, RowBatch batch, int position) {
        if (!rows.shapes().sameRow(number, batch.shapes(), position)) {
            return false;
        }
        for (int c = 0; c < rows.schema().columns().size(); c++) {
            if (!rows.column(c).row(number).equals(batch.column(c).row(position))) {
                return false;
            }
        }
        return true;
    }
}
