package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A frozen block whose output rows are computed once, and read from a cache from then on.
 *
 * <p>It takes the place of the block that it wraps, in a {@code Trainer}, a {@code Predictor} or a
 * larger network. Each batch names its rows by ids, see {@link CacheIds}. Rows that are in the
 * cache are copied into new output arrays; the wrapped block runs on the others alone, and they are
 * stored. A batch without ids runs through, uncached.
 *
 * <p>The wrapped block runs in evaluation mode always, in training too: dropout and the statistics
 * of batch normalization would otherwise make the rows of a frozen block change. The contract with
 * it: output row {@code i} depends on input row {@code i} alone ({@link RowStability} checks that),
 * and its rows have one shape. Outputs are FLOAT32, FLOAT64, FLOAT16, INT8, INT32, INT64, UINT8 or
 * BOOLEAN, of shape {@code (N, ...)}.
 *
 * <p>Parameters of the wrapped block are hidden. Saving and loading go to the wrapped block byte
 * for byte, so that checkpoints load with and without the decorator. Leave the ids out of the
 * shapes for {@code Trainer.initialize}.
 *
 * <p>Safe for use by many threads. A failure to write rows never fails a batch; a directory that
 * contradicts the block does, with the reason.
 */
public final class CacheBlockDecorator extends DelegatingBlock implements AutoCloseable {

    private final FrozenBlock frozen;
    private final CacheHandle handle;
    private final RowSelector selector;
    private final Notices notices;
    private final Counters counters = new Counters();
    private final int idInput;
    private final int minMissRows;
    private final @Nullable DataType castUnknownTo;
    private volatile boolean enabled = true;

    CacheBlockDecorator(CacheBlockDecoratorBuilder builder, FrozenBlock frozen, CacheHandle cache) {
        super(frozen, cache, builder.idInput);
        this.frozen = frozen;
        this.handle = cache;
        this.selector = new RowSelector(Set.copyOf(builder.sharedInputs));
        this.notices = new Notices(frozen.block(), builder.requireIds);
        this.idInput = builder.idInput;
        this.minMissRows = builder.minMissRows;
        this.castUnknownTo = builder.castUnknownTo;
    }

    /**
     * Returns a builder.
     *
     * @return the builder
     */
    public static CacheBlockDecoratorBuilder builder() {
        return new CacheBlockDecoratorBuilder();
    }

    /**
     * Returns the rows of a batch: those that are cached from the cache, the others from the
     * wrapped block.
     *
     * @param parameterStore the parameter store, passed on
     * @param inputs the inputs of N rows each, with an array of N ids among them
     * @param training whether a trainer runs the batch; the wrapped block runs in evaluation mode
     *     all the same
     * @param params passed on to the wrapped block
     * @return new arrays of the first input's manager, with N rows each
     * @throws InvalidIdsException if the ids do not fit the batch, or are missing where they are
     *     required
     * @throws NotFrozenException if a wrapped parameter requires a gradient, or an input has one
     * @throws UnsupportedOutputException if an output cannot be cached
     * @throws io.github.djlcachex.row.KeyTypeMismatchException if the cache has ids of the other
     *     type
     */
    @Override
    public NDList forward(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        counters.batches.increment();
        BatchIds batch = BatchIds.split(inputs, idInput);
        frozen.check(batch.inputs(), training);
        Run run = new Run(parameterStore, batch.inputs(), batch.rows(), params);
        if (run.rows() >= 0) {
            batch.checkRows(run.rows(), selector);
        }
        FeatureCache cache = enabled ? handle.usable() : null;
        Keys keys = cache == null ? null : keysOf(batch);
        if (cache == null || keys == null) {
            return uncached(run);
        }
        try {
            return cached(cache, keys, run);
        } catch (CacheClosedException e) {
            return uncached(run);
        }
    }

    /**
     * What the wrapped block is called with, for the batch as a whole; -1 rows if it has no ids.
     */
    private record Run(
            ParameterStore parameterStore,
            NDList inputs,
            int rows,
            @Nullable PairList<String, Object> params) {

        NDArray head() {
            return inputs.head();
        }
    }

    private @Nullable Keys keysOf(BatchIds batch) {
        Keys keys = batch.keys();
        if (keys == null) {
            counters.batchesWithoutIds.increment();
            notices.noIds();
        }
        return keys;
    }

    private NDList cached(FeatureCache cache, Keys keys, Run run) {
        Lookup found = Lookup.of(cache, keys, run.head());
        if (found.incomplete()) {
            synchronized (frozen.lock()) {
                if (handle.usable() != cache) {
                    return uncached(run); // other weights were loaded while this thread waited
                }
                // another thread may have computed these rows while this one waited
                found = found.again(cache, keys, run.head());
                if (found.incomplete()) {
                    return compute(cache, keys, run, found);
                }
            }
        }
        count(keys.size(), 0);
        // no outputs yet: an empty batch before the first row, whose shape only the block can tell
        OutputBatch outputs = found.outputs();
        return outputs == null ? uncached(run) : outputs.toList();
    }

    private NDList compute(FeatureCache cache, Keys keys, Run run, Lookup found) {
        MissingRows rows = MissingRows.of(keys, found.missing(), minMissRows);
        int[] positions = rows.isWholeBatch(keys.size()) ? null : rows.run();
        return read(
                run,
                positions,
                raw -> {
                    RowSchema schema = cache.schema().orElse(null);
                    ComputedRows computed = ComputedRows.of(raw, rows.run().length, schema);
                    OutputBatch outputs = found.outputs();
                    if (outputs == null) {
                        outputs = OutputBatch.create(run.head(), computed.schema(), keys.size());
                    }
                    rows.copy(computed, outputs);
                    store(cache, keys.select(rows.unique()), computed);
                    count(keys.size() - found.missing().length, found.missing().length);
                    return outputs.toList();
                });
    }

    /**
     * Runs the wrapped block and reads its outputs while they are open. The caller holds the lock.
     *
     * @param positions the rows to run, or null for the batch as it is
     */
    private NDList read(Run run, int @Nullable [] positions, UnaryOperator<NDList> reader) {
        try (NDManager scratch = run.head().getManager().newSubManager()) {
            NDList selected =
                    positions == null
                            ? selector.all(scratch, run.inputs())
                            : selector.rows(scratch, run.inputs(), positions);
            NDList raw = frozen.forward(run.parameterStore(), selected, run.params());
            try {
                return reader.apply(ComputedRows.castUnknown(raw, castUnknownTo));
            } finally {
                FrozenBlock.close(raw, selected, run.inputs());
            }
        }
    }

    /** Stores rows under the lock, so that threads that wait for it find them. */
    private void store(FeatureCache cache, Keys keys, ComputedRows computed) {
        counters.computedRows.add(keys.size());
        counters.declinedRows.add(cache.put(keys, computed.first(keys.size())).declined());
    }

    /**
     * Runs the whole batch past the cache: evaluation mode, and outputs that can be trained on. A
     * batch with ids is padded as its misses would be, so that its bits are those of cached rows.
     */
    private NDList uncached(Run run) {
        counters.uncachedBatches.increment();
        synchronized (frozen.lock()) {
            if (run.rows() <= 0 || run.rows() >= minMissRows) {
                return read(run, null, raw -> OutputBatch.copyOf(raw, run.head()));
            }
            int[] padded = MissingRows.padded(run.rows(), minMissRows);
            return read(
                    run,
                    padded,
                    raw -> {
                        ComputedRows computed = ComputedRows.of(raw, padded.length, null);
                        return OutputBatch.copyOf(computed, run.rows(), run.head());
                    });
        }
    }

    private void count(int hits, int misses) {
        counters.hits.add(hits);
        counters.misses.add(misses);
    }

    /**
     * Switches the cache on or off. Off means: evaluation mode, outputs that can be trained on, and
     * short batches padded, as on, but nothing is looked up or stored. The ids are taken out all
     * the same.
     *
     * @param enabled true for on, which is the default
     */
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /**
     * Tells whether the cache is on.
     *
     * @return true if rows are looked up and stored
     */
    public boolean isEnabled() {
        return enabled;
    }

    /**
     * Returns the cache that rows are looked up in; opens it, if the weights were not there before.
     *
     * @return the cache, closed if the decorator opened it and was closed itself
     * @throws UnsupportedBlockException if the weights are still not there
     */
    public FeatureCache cache() {
        return handle.cache();
    }

    /**
     * Returns the counters of this decorator.
     *
     * @return the counters at this instant
     */
    public DecoratorStats stats() {
        return counters.snapshot();
    }

    /**
     * Closes the cache, and so writes its rows, if this decorator opened it; a cache that was given
     * stays open. Batches run uncached from then on. Closing again does nothing.
     */
    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return "CacheBlockDecorator("
                + frozen.block().getClass().getSimpleName()
                + (enabled ? ")" : ", off)");
    }
}
