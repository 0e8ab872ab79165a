package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
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
    private final OutputPadding padding;

    /**
     * Creates the rows.
     *
     * @param cache gives the cache, another one after the weights changed
     * @param keys the keys of the dataset's rows
     * @param computer computes missing rows, or null if they are refused
     * @param indices the indices of the rows in the whole dataset
     * @param padding what pads rows that differ in length
     */
    FeatureRows(
            Supplier<FeatureCache> cache,
            Keys keys,
            @Nullable MissingRows computer,
            long[] indices,
            OutputPadding padding) {
        this.cache = cache;
        this.keys = keys;
        this.computer = computer;
        this.indices = indices;
        this.padding = padding;
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
        return new FeatureRows(
                cache, keys.select(positions), computer, indices(positions), padding);
    }

    /**
     * Sees to it that all rows are in the cache.
     *
     * @throws MissingRowsException if some are not, and nothing computes them
     * @throws InvalidOptionException if they differ in length, and nothing pads them
     */
    void complete(NDManager manager) {
        int[] missing = cache.get().missing(keys);
        if (missing.length > 0) {
            compute(manager, missing);
        }
        checkPadding(cache.get().schema().orElse(null));
    }

    private void checkPadding(@Nullable RowSchema stored) {
        if (stored != null && stored.isVariable() && padding.isNone()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "padding of rows of module '" + cache.get().moduleId() + "'",
                            "a value, since the rows of " + stored.columns() + " differ in length",
                            "none",
                            "call optPadding(value), or give a decorator with optPadOutput"));
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
        BatchOutputs arrays = create(place);
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

    private @Nullable BatchOutputs create(Place place) {
        RowSchema stored = RowStore.ofAnyInput(cache.get()).schema();
        checkPadding(stored);
        OwnLengths lengths = OwnLengths.withoutInputs(padding);
        return stored == null
                ? null
                : BatchOutputs.create(
                        place,
                        stored,
                        keys.size(),
                        stored.isVariable() ? lengths : OwnLengths.NONE);
    }

    private static void discard(@Nullable BatchOutputs arrays) {
        if (arrays != null) {
            arrays.discard();
        }
    }

    private int[] gather(@Nullable BatchOutputs arrays) {
        return arrays == null
                ? IntStream.range(0, keys.size()).toArray()
                : arrays.read(RowStore.ofAnyInput(cache.get()), keys);
    }
}
