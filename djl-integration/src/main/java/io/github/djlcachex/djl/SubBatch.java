package io.github.djlcachex.djl;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The rows that the block computes for the missing positions of a batch.
 *
 * <p>Each distinct key is computed once. A short sub-batch is padded by repeating its rows: engines
 * choose other kernels for small batches, whose results differ in the last bit.
 */
final class SubBatch {

    private final int[] missing;
    private final int[] rowOfMissing;
    private final int[] unique;
    private final int[] positions;

    private SubBatch(int[] missing, int[] rowOfMissing, int[] unique, int[] positions) {
        this.missing = missing;
        this.rowOfMissing = rowOfMissing;
        this.unique = unique;
        this.positions = positions;
    }

    /**
     * Plans a sub-batch.
     *
     * @param missing the positions without a row, at least one
     * @param minRows the least number of rows to run
     */
    static SubBatch of(Keys keys, int[] missing, int minRows) {
        Map<Object, Integer> rowOfKey = new HashMap<>();
        int[] rowOfMissing = new int[missing.length];
        int[] unique = new int[missing.length];
        for (int i = 0; i < missing.length; i++) {
            int next = rowOfKey.size();
            Integer earlier = rowOfKey.putIfAbsent(keys.getObject(missing[i]), next);
            rowOfMissing[i] = earlier == null ? next : earlier;
            if (earlier == null) {
                unique[next] = missing[i];
            }
        }
        unique = Arrays.copyOf(unique, rowOfKey.size());
        return new SubBatch(missing, rowOfMissing, unique, pad(unique, minRows));
    }

    /**
     * Plans a sub-batch in which each missing position is computed, even if its key is repeated.
     */
    static SubBatch eachAlone(Keys keys, int[] missing, int minRows) {
        SubBatch once = of(keys, missing, 1);
        int[] all = Arrays.copyOf(once.unique, missing.length);
        int[] rowOfMissing = once.rowOfMissing.clone();
        int next = once.unique.length;
        for (int i = 0; i < missing.length; i++) {
            if (once.unique[rowOfMissing[i]] != missing[i]) {
                all[next] = missing[i];
                rowOfMissing[i] = next++;
            }
        }
        return new SubBatch(missing, rowOfMissing, once.unique, pad(all, minRows));
    }

    /** Returns two positions of one key whose inputs differ, or null if there are none. */
    int @Nullable [] findDifferentInputs(InputRows inputs) {
        for (int i = 0; i < missing.length; i++) {
            int other = unique[rowOfMissing[i]];
            if (other != missing[i] && !inputs.equal(other, missing[i])) {
                return new int[] {other, missing[i]};
            }
        }
        return null;
    }

    /** Returns the positions to run for a whole batch, its rows first, then the padding. */
    static int[] padded(int rows, int minRows) {
        return pad(IntStream.range(0, rows).toArray(), minRows);
    }

    /** Returns positions, repeated up to the minimum number of rows. */
    static int[] pad(int[] unique, int minRows) {
        int[] positions = Arrays.copyOf(unique, Math.max(unique.length, minRows));
        for (int i = unique.length; i < positions.length; i++) {
            positions[i] = unique[i % unique.length];
        }
        return positions;
    }

    /** Returns one position for each distinct key. */
    int[] unique() {
        return unique;
    }

    /** Returns the positions to run, the unique ones first, then the padding. */
    int[] positions() {
        return positions;
    }

    /** Tells whether the sub-batch is the batch itself. */
    boolean isWholeBatch(int rows) {
        return unique.length == rows && positions.length == rows;
    }

    /** Copies each missing row to its position. */
    void copy(RowBatch computed, BatchOutputs outputs) {
        for (int i = 0; i < missing.length; i++) {
            outputs.put(missing[i], computed, rowOfMissing[i]);
        }
    }
}
