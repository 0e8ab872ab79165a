package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.DecoratorCounters;
import io.github.djlcachex.djl.internal.RowTimes;
import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.Set;

/**
 * A CacheBlockDecorator is a frozen block whose output rows are computed once, and read from a
 * cache from then on.
 *
 * <pre>{@code
 * CacheBlockDecorator cached =
 *         CacheBlockDecorator.builder()
 *                 .setModel(extractor) // frozen, as every loaded model is
 *                 .setDirectory(directory)
 *                 .setModuleId("digits-extractor")
 *                 .build();
 * model.setBlock(new SequentialBlock().add(cached).add(head));
 * }</pre>
 *
 * <p>It takes the place of the block that it wraps, in a {@code Trainer}, a {@code Predictor} or a
 * larger network. Each batch names its rows by ids, see {@link CacheIds}. Rows that are in the
 * cache are copied into new output arrays; the wrapped block runs on the others alone, and they are
 * stored. A batch without ids runs through, uncached.
 *
 * <p>The wrapped block runs in evaluation mode always, in training too: dropout and the statistics
 * of batch normalization would otherwise make the rows of a frozen block change. The contract with
 * it: output row {@code i} depends on input row {@code i} alone ({@link BatchInvariance} checks
 * that), and its rows have one shape, but along axes that {@link
 * CacheBlockDecoratorBuilder#optPadOutput} declares. Outputs are FLOAT32, FLOAT64, FLOAT16, INT8,
 * INT32, INT64, UINT8 or BOOLEAN, and BFLOAT16 of ONNX Runtime and TensorFlow, of shape {@code (N,
 * ...)}.
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
    private final DecoratorNotices notices;
    private final BatchRows rows;
    private final LazyRows lazyRows;
    private final DecoratorCounters counters = new DecoratorCounters();
    private final int idInput;
    private final boolean contentIds;
    private final boolean inputCheck;
    private final ContentInputs contentInputs;
    private final MinRows minRows;
    private final OutputPadding padding;
    private final UncachedRuns uncached;
    private final Trainers trainers = new Trainers();
    private volatile boolean enabled = true;

    CacheBlockDecorator(
            CacheBlockDecoratorBuilder builder,
            FrozenBlock frozen,
            CacheHandle cache,
            OutputPadding padding) {
        this(
                builder,
                frozen,
                cache,
                new BlockRunner(
                        frozen,
                        new RowSelector(builder.sharedInputs),
                        builder.castUnknownTo,
                        builder.outputStep()),
                new KnownInputs(!padding.isNone()),
                padding);
    }

    private CacheBlockDecorator(
            CacheBlockDecoratorBuilder builder,
            FrozenBlock frozen,
            CacheHandle cache,
            BlockRunner runner,
            KnownInputs knownInputs,
            OutputPadding padding) {
        super(
                frozen,
                cache,
                builder.idInput,
                new OutputShapes(frozen, cache, runner, knownInputs, padding.lengthArrays()));
        this.frozen = frozen;
        this.handle = cache;
        this.selector = new RowSelector(builder.sharedInputs);
        this.notices =
                new DecoratorNotices(
                        frozen.block(),
                        builder.requireIds,
                        builder.readOnly,
                        builder.varying.rows());
        this.rows =
                new BatchRows(
                        frozen,
                        cache,
                        runner,
                        selector,
                        knownInputs,
                        notices,
                        counters,
                        padding,
                        builder.auditMode,
                        builder.sharedMisses(counters, notices));
        this.lazyRows = new LazyRows(frozen, cache, selector, rows);
        this.idInput = builder.idInput;
        this.contentIds = builder.contentIds;
        this.inputCheck = builder.inputCheck;
        this.contentInputs = builder.contentInputs();
        this.minRows = new MinRows(builder.minBatchRows);
        this.padding = padding;
        this.uncached = new UncachedRuns(runner, selector, padding, counters);
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
     * @throws UnsupportedInputException if the engine of the wrapped block can take nothing that is
     *     made of an input
     * @throws UnsupportedOutputException if an output cannot be cached
     * @throws AuditFailedException if a row is not what the wrapped block computes for it now, and
     *     the audit is to fail
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
        LazyBatch.Part part = LazyBatch.of(batch.idArray());
        try {
            return part == null
                    ? run(parameterStore, batch, training, params)
                    : lazy(parameterStore, part, batch.inputs(), training, params);
        } finally {
            frozen.batchDone();
        }
    }

    private NDList run(
            ParameterStore parameterStore,
            BatchIds batch,
            boolean training,
            @Nullable PairList<String, Object> params) {
        boolean idsOfContents = contentIds && !batch.hasIds();
        int rowCount = idsOfContents ? selector.rowsOf(batch.inputs()) : batch.rows();
        frozen.check(batch.inputs(), training, rowCount >= 0);
        boolean ofTrainer = training || trainers.owns(parameterStore);
        BlockCall call =
                new BlockCall(
                        parameterStore,
                        batch.inputs(),
                        rowCount,
                        minRows.of(ofTrainer),
                        ofTrainer,
                        idsOfContents,
                        params,
                        Place.of(batch.inputs()),
                        new OwnLengths(padding, batch.inputs(), frozen::graphInputs));
        if (rowCount >= 0) {
            batch.checkRows(rowCount, selector);
        }
        return enabled ? lookedUp(batch, call) : uncached.run(call);
    }

    /** Runs a batch of a dataset that loads missing rows alone. */
    private NDList lazy(
            ParameterStore parameterStore,
            LazyBatch.Part part,
            NDList placeholder,
            boolean training,
            @Nullable PairList<String, Object> params) {
        LazyForward forward =
                new LazyForward(
                        part,
                        Place.of(placeholder),
                        padding,
                        real -> run(parameterStore, BatchIds.split(real, -1), training, params));
        NDList outputs =
                enabled ? lazyRows.outputs(forward, part, placeholder, training, params) : null;
        return outputs == null ? forward.all() : outputs;
    }

    /**
     * Reads the rows of a batch before it is run.
     *
     * @param template what the inputs of its rows look like
     * @param manager a manager of the batch's engine
     * @return the rows, or null if there is no cache to ask
     */
    @Nullable FoundRows find(InputTemplate template, Keys keys, NDManager manager) {
        return enabled ? lazyRows.find(template, keys, manager) : null;
    }

    /**
     * Checks that rows can be found by their ids alone.
     *
     * @throws io.github.djlcachex.row.InvalidOptionException if an option needs the inputs of all
     *     rows
     */
    void checkLazy() {
        Options.check(
                !inputCheck, "loadingMissesOnly", "no optInputCheck, which reads all inputs", "it");
        lazyRows.checkInputs();
    }

    private NDList lookedUp(BatchIds batch, BlockCall call) {
        boolean hashed = call.rows() >= 0 && (inputCheck || call.idsOfContents());
        RowContents contents =
                hashed
                        ? new RowContents(call.inputs(), contentInputs, selector, call.rows())
                        : null;
        Keys keys = call.idsOfContents() && contents != null ? contents.keys() : batch.keys();
        if (keys == null) {
            counters.batchesWithoutIds.increment();
            notices.noIds();
            return uncached.run(call);
        }
        return cached(keys, call, inputCheck ? contents : null);
    }

    private NDList cached(Keys keys, BlockCall call, @Nullable RowContents checked) {
        String variant =
                CallVariant.of(call.inputs(), selector, call.params(), frozen::argumentNames);
        FeatureCache cache = handle.usable(variant);
        NDList outputs = null;
        if (cache != null) {
            try {
                outputs = rows.readOrCompute(new RowStore(cache, checked), keys, call, variant);
            } catch (CacheClosedException e) {
                closed(); // by another thread meanwhile: as if it had been before
            }
        } else {
            closed();
        }
        return outputs == null ? uncached.run(call) : outputs;
    }

    private void closed() {
        counters.batchesAfterClose.increment();
        notices.closed();
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
     * Calls with other methods, parameters or shared inputs than the plain one have caches of their
     * own: this is the one of the last batch then.
     *
     * @return the cache, closed if the decorator opened it and was closed itself
     * @throws UnsupportedBlockException if the weights are still not there
     */
    public FeatureCache cache() {
        return handle.cache();
    }

    /** Returns the caches of all kinds of calls that are open now. Opens nothing. */
    Set<FeatureCache> openCaches() {
        return handle.openCaches();
    }

    /**
     * Freezes the parameters of a block and of all blocks below it, child by child: {@code
     * Block.freezeParameters} throws for networks with a graph of ONNX Runtime or TensorFlow among
     * them.
     *
     * @param block the block, initialized or not
     */
    public static void freeze(Block block) {
        BlockParameters.parametersOf(Options.given("block", block))
                .forEach(parameter -> parameter.freeze(true));
    }

    /**
     * Returns the counters of this decorator.
     *
     * @return the counters at this instant
     */
    public DecoratorStats stats() {
        return new DecoratorStats(counters);
    }

    OutputPadding padding() {
        return padding;
    }

    RowTimes times() {
        return rows.times();
    }

    /** Returns the cache if one is open. Opens none. */
    Optional<FeatureCache> openCache() {
        return Optional.ofNullable(handle.openOrNull());
    }

    /** Returns what a row costs to compute, or nothing if nobody has measured it. */
    Optional<RowCosts.Basis> rowCost() {
        return rows.costs().basis(handle.openOrNull());
    }

    /** Keeps the cost of a row beside the rows, for runs that compute none. */
    void rememberRowCost() {
        rows.costs().remember(handle.openOrNull());
    }

    /**
     * Closes the cache, and so writes its rows, if this decorator opened it; a cache that was given
     * stays open. A block of a supplier is closed too, and opened again if it must be. Batches run
     * uncached from then on. Closing again does nothing.
     */
    @Override
    public void close() {
        rememberRowCost();
        handle.close();
        frozen.release();
    }

    @Override
    public String toString() {
        return "CacheBlockDecorator("
                + frozen.block().getClass().getSimpleName()
                + (enabled ? ")" : ", off)");
    }
}
