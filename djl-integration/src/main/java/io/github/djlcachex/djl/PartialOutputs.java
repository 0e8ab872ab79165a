package io.github.djlcachex.djl;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The outputs of a batch while some rows may be missing: its arrays, the missing positions, and the
 * positions that this thread computed. All others are hits.
 */
final class PartialOutputs {

    private static final int[] NONE = {};

    private final @Nullable BatchOutputs outputs;
    private final int[] missing;
    private final int[] computed;

    private PartialOutputs(@Nullable BatchOutputs outputs, int[] missing, int[] computed) {
        this.outputs = outputs;
        this.missing = missing;
        this.computed = computed;
    }

    /** Looks a batch up. */
    static PartialOutputs of(RowStore store, Keys keys, BlockCall call) {
        RowSchema schema = store.schema();
        if (schema == null) {
            return new PartialOutputs(null, IntStream.range(0, keys.size()).toArray(), NONE);
        }
        BatchOutputs outputs = call.outputs(schema, keys.size());
        return new PartialOutputs(outputs, outputs.read(store, keys), NONE);
    }

    /** Looks missing positions up again, as other threads may have stored rows meanwhile. */
    PartialOutputs again(RowStore store, Keys keys, BlockCall call) {
        if (outputs == null) {
            return of(store, keys, call);
        }
        Keys wanted = keys.select(missing);
        if (store.hasNone(wanted)) {
            return this;
        }
        RowBatch found = store.allocate(wanted, outputs.schema());
        int[] absent = store.gather(wanted, found, missing);
        for (int i = 0, next = 0; i < missing.length; i++) {
            if (next < absent.length && absent[next] == i) {
                next++;
            } else {
                outputs.put(missing[i], found, i);
            }
        }
        int[] empty = Arrays.stream(absent).map(i -> missing[i]).toArray();
        return new PartialOutputs(outputs, empty, computed);
    }

    /**
     * Returns the outputs after some of the missing rows were computed.
     *
     * @param filled the outputs with these rows
     * @param positions the positions, ascending
     */
    PartialOutputs with(BatchOutputs filled, int[] positions) {
        int[] empty =
                Arrays.stream(missing)
                        .filter(position -> Arrays.binarySearch(positions, position) < 0)
                        .toArray();
        int[] all =
                IntStream.concat(Arrays.stream(computed), Arrays.stream(positions))
                        .sorted()
                        .toArray();
        return new PartialOutputs(filled, empty, all);
    }

    /** Tells whether rows are missing. */
    boolean incomplete() {
        return missing.length > 0;
    }

    /** Returns the missing positions, ascending. */
    int[] missing() {
        return missing;
    }

    /** Returns which of these positions are missing, ascending. */
    int[] missingAmong(int[] positions) {
        return Arrays.stream(positions)
                .filter(position -> Arrays.binarySearch(missing, position) >= 0)
                .toArray();
    }

    /** Returns the positions that this thread computed, ascending. */
    int[] computed() {
        return computed;
    }

    /** Closes the arrays, which are not returned. */
    void discard() {
        if (outputs != null) {
            outputs.discard();
        }
    }

    /** Returns the arrays, or null while the schema is unknown. */
    @Nullable BatchOutputs outputs() {
        return outputs;
    }
}
