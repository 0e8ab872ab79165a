package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * FeatureRows are the rows of a dataset in a cache: they are read in whole batches, and what is
 * missing is computed or refused.
 */
final class FeatureRows {

    private static final int EXAMPLES = 5;

    private final Supplier<FeatureCache> cache;
    private final Keys keys;
    private final @Nullable MissingRows computer;
    private final long[] indices;

    /**
     * Creates the rows.
     *
     * @param cache gives the cache, another one after the weights changed
     * @param keys the keys of the dataset's rows
     * @param computer computes missing rows, or null if they are refused
     * @param indices the indices of the rows in the whole dataset
     */
    FeatureRows(
            Supplier<FeatureCache> cache,
            Keys keys,
            @Nullable MissingRows computer,
            long[] indices) {
        this.cache = cache;
        this.keys = keys;
        this.computer = computer;
        this.indices = indices;
    }

    int size() {
        return keys.size();
    }

    /** Returns the indices of rows in the whole dataset, of which these may be a part. */
    long[] indices(int[] positions) {
        return Arrays.stream(positions).mapToLong(i -> indices[i]).toArray();
    }

    /** Returns a part of the rows. */
    FeatureRows part(int[] positions) {
        return new FeatureRows(cache, keys.select(positions), computer, indices(positions));
    }

    /**
     * Sees to it that all rows are in the cache.
     *
     * @throws MissingRowsException if some are not, and nothing computes them
     */
    void complete(NDManager manager) {
        int[] missing = cache.get().missing(keys);
        if (missing.length > 0) {
            compute(manager, missing);
        }
    }

    private void compute(NDManager manager, int[] missing) {
        if (computer == null) {
            throw refusal(missing);
        }
        computer.compute(manager, indices(missing), keys.select(missing));
    }

    private MissingRowsException refusal(int[] missing) {
        FeatureCache open = cache.get();
        String first =
                Arrays.stream(missing)
                        .limit(EXAMPLES)
                        .mapToObj(position -> "'" + Ids.text(keys.getObject(position)) + "'")
                        .collect(Collectors.joining(", "));
        return new MissingRowsException(
                Problem.of(
                        "rows of module '" + open.moduleId() + "' in " + open.directory(),
                        "all " + keys.size() + " rows",
                        missing.length
                                + " missing, of ids "
                                + first
                                + (missing.length > EXAMPLES ? ", ..." : ""),
                        "compute them by an epoch with the decorator; or let this dataset compute them, by"
                                + " setDecorator and setDataset"),
                missing.length);
    }

    /**
     * Returns rows as arrays with the names of the columns.
     *
     * @throws MissingRowsException if some are missing, and nothing computes them
     */
    NDList read(NDManager manager, Device device, int[] positions) {
        return part(positions).read(manager, new Place(manager, device));
    }

    private NDList read(NDManager manager, Place place) {
        OutputArrays arrays = create(place);
        int[] missing = gather(arrays);
        if (missing.length > 0) {
            discard(arrays);
            compute(manager, missing);
            arrays = create(place);
            missing = gather(arrays);
        }
        if (missing.length > 0 || arrays == null) {
            discard(arrays);
            throw refusal(missing);
        }
        return arrays.toList();
    }

    private @Nullable OutputArrays create(Place place) {
        RowSchema stored = cache.get().schema().orElse(null);
        return stored == null
                ? null
                : OutputArrays.create(place, RowStore.withoutChecksum(stored), keys.size());
    }

    private static void discard(@Nullable OutputArrays arrays) {
        if (arrays != null) {
            arrays.discard();
        }
    }

    private int[] gather(@Nullable OutputArrays arrays) {
        FeatureCache open = cache.get();
        RowSchema stored = open.schema().orElse(null);
        if (arrays == null || stored == null) {
            return IntStream.range(0, keys.size()).toArray();
        }
        RowBatch rows = arrays.rows();
        boolean whole = stored.equals(rows.schema());
        return open.gather(keys, whole ? rows : RowStore.withChecksums(rows)).missing();
    }
}
