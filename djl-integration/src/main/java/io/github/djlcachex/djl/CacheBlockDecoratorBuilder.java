package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.InvalidOptionException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The options of a {@link CacheBlockDecorator}: the block, and either an open cache or a directory
 * and a module id.
 *
 * <p>Every setter throws {@link InvalidOptionException} for null, and for a second call with
 * another value. Not safe for use by several threads at once.
 */
public final class CacheBlockDecoratorBuilder extends RowSetters {

    CacheBlockDecoratorBuilder() {}

    /**
     * Sets the block to wrap. It is run, saved and loaded, never closed. Its weights may be changed
     * through the decorator ({@code loadParameters}) alone: a change of the arrays themselves after
     * the first batch is not noticed, and rows of the old weights are served.
     *
     * @param block a block with frozen parameters
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setBlock(Block block) {
        this.block.setBlock(block);
        return this;
    }

    /**
     * Sets a model whose block is wrapped, in place of {@link #setBlock}. Its rows are kept under a
     * fingerprint of the block; or, for ONNX Runtime and TensorFlow, whose blocks do not tell their
     * weights, of the files that it was loaded from, with name and version of the engine. The
     * decorator holds the model, as DJL closes the block of a model that nothing refers to. It is
     * never closed here.
     *
     * @param model a loaded model
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setModel(Model model) {
        return setModel(model, new Path[0]);
    }

    /**
     * Sets a model, and the files that it was loaded from, for those whose path tells not enough:
     * loaded from a stream, from a folder with several ONNX models, or by another engine.
     *
     * @param model a loaded model
     * @param files what {@link ModuleFingerprint#ofFiles} is taken of; the order does not matter
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setModel(Model model, Path... files) {
        block.setModel(model, files);
        return this;
    }

    /**
     * Sets a supplier of the block, in place of {@link #setModel(Supplier)}.
     *
     * @param block makes a block at each call, with its weights; it is closed here, or cleared
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setBlock(Supplier<? extends Block> block) {
        this.block.setBlocks(block);
        return this;
    }

    /**
     * Sets a supplier of the model, which is opened at the first miss. It is closed after a hundred
     * batches of hits in a row, and with the decorator, so that training on cached rows needs no
     * extractor in memory. Hits do not open it: the audit compares them while it is open. Saving
     * parameters opens it. Needs {@link #optFingerprint}.
     *
     * @param model loads a model at each call, always of the same weights; it is closed here
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setModel(Supplier<? extends Model> model) {
        block.setModels(model);
        return this;
    }

    /**
     * Sets an open cache, which stays the caller's to close. Its fingerprint is the caller's too.
     *
     * @param cache the cache
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setCache(FeatureCache cache) {
        this.cache.setCache(cache);
        return this;
    }

    /**
     * Sets the directory of caches, in which the decorator opens its own and closes it.
     *
     * @param directory the directory; it need not exist
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setDirectory(Path directory) {
        cache.setDirectory(directory);
        return this;
    }

    /**
     * Sets the name under which all users of the same extractor share its rows.
     *
     * @param moduleId the name; any text that is not blank
     * @return this builder
     */
    public CacheBlockDecoratorBuilder setModuleId(String moduleId) {
        cache.setModuleId(moduleId);
        return this;
    }

    /**
     * Names the weights, in place of a hash over them. Rows under another fingerprint are never
     * served; so the text must change whenever the weights do. A text of {@link
     * ModuleFingerprint#ofFiles} stands for the graph that the files hold: if the block is a
     * network around it, that counts too.
     *
     * @param fingerprint the text; by default {@link ModuleFingerprint#of}
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optFingerprint(String fingerprint) {
        block.setFingerprint(fingerprint);
        return this;
    }

    /**
     * Names the version of the code that the block runs: lambdas and classes of yours. It stands in
     * place of that code in the fingerprint, so that a compiled class may change and keep its rows,
     * and results of code that cannot be seen can be told apart. Weights count all the same.
     *
     * @param version the text, another one whenever results of the code change; by default the code
     *     counts as far as it can be seen, and a warning names it
     * @return this builder
     * @throws InvalidOptionException if it is blank
     */
    public CacheBlockDecoratorBuilder optVersion(String version) {
        block.setVersion(version);
        return this;
    }

    /**
     * Sets the least number of rows that the wrapped block is run on for a batch with ids. Fewer
     * are padded by repeating them, since small batches differ from large ones in the last bit. A
     * lone miss so costs as much as that many rows. See {@link BatchInvariance}.
     *
     * @param minBatchRows at least 1, which turns padding off; by default 16 for a trainer, whose
     *     losses are then equal with and without the cache, and 1 for a predictor
     * @return this builder
     * @throws InvalidOptionException if it is under 1
     */
    public CacheBlockDecoratorBuilder optMinBatchRows(int minBatchRows) {
        Options.check(minBatchRows >= 1, "minBatchRows", "1 or more", minBatchRows);
        this.minBatchRows = given.once("minBatchRows", minBatchRows);
        return this;
    }

    /**
     * Sets the position of the ids among the inputs, for ids that lost their name on the way. An
     * array with the reserved name wins over the position.
     *
     * @param idInput the position, from 0; by default ids are found by name alone
     * @return this builder
     * @throws InvalidOptionException if it is negative
     */
    public CacheBlockDecoratorBuilder optIdInput(int idInput) {
        Options.check(idInput >= 0, "idInput", "0 or more", idInput);
        this.idInput = given.once("idInput", idInput);
        return this;
    }

    /**
     * Sets whether a batch without ids is an error; by default it runs uncached, with one warning.
     *
     * @param requireIds true to refuse such batches
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optRequireIds(boolean requireIds) {
        this.requireIds = given.once("requireIds", requireIds);
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optContentIds() {
        this.contentIds = true;
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optInputCheck() {
        this.inputCheck = true;
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optContentInputs(int... positions) {
        this.contentInputs = Options.positionsOnce(given, "contentInputs", positions);
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optContentMask(int maskInput) {
        Options.check(maskInput >= 0, "contentMask", "0 or more", maskInput);
        this.contentMask = given.once("contentMask", maskInput);
        return this;
    }

    /**
     * Sets what happens when a cached row is not what the wrapped block computes now.
     *
     * @param auditMode the mode; {@link AuditMode#WARN} by default
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optAudit(AuditMode auditMode) {
        this.auditMode = given.once("audit", auditMode);
        return this;
    }

    /**
     * Declares inputs that belong to the batch as a whole and so are never cut into rows. Batches
     * with other contents of them have rows of their own, so they should take few values.
     *
     * @param positions their positions, from 0, counted without the ids
     * @return this builder
     * @throws InvalidOptionException if one is negative
     */
    public CacheBlockDecoratorBuilder optSharedInputs(int... positions) {
        this.sharedInputs = Options.positionsOnce(given, "sharedInputs", positions);
        return this;
    }

    /**
     * Sets what is cached, and returned, in place of the block's outputs. A text encoder's tokens
     * may so be pooled in front of the cache: 1.5 KB a row in place of 98 KB, and rows of one shape
     * for texts of any length. The function is part of the fingerprint: {@link Pooling} by its
     * name, a function of yours by its code, as far as it can be seen, or by {@link #optVersion}.
     *
     * @param output the function; by default outputs are cached as they are
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optOutput(OutputFunction output) {
        this.output = given.once("output", output);
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optVaryingRows(VaryingRows rows) {
        varying.setRows(rows);
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optPadOutput(String output, int axis, Number padding) {
        varying.pad(output, axis, padding);
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optPadOutput(int output, int axis, Number padding) {
        varying.pad(output, axis, padding);
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optRowLengths(RowLengths lengths) {
        varying.setLengths(lengths);
        return this;
    }

    @Override
    public CacheBlockDecoratorBuilder optReturnLengths() {
        varying.returnLengths();
        return this;
    }

    /**
     * Sets the type to which outputs are cast that DJL has no name for and reports as UNKNOWN or
     * null, such as PyTorch's bfloat16 and int16, and TensorFlow's float16. To FLOAT32 these are
     * cast without loss. Complex numbers are not cast, nor is anything of ONNX Runtime.
     *
     * @param type a type that can be cached; by default such outputs are refused
     * @return this builder
     * @throws InvalidOptionException if it cannot be cached
     */
    public CacheBlockDecoratorBuilder optCastUnknownTo(DataType type) {
        this.castUnknownTo = given.once("castUnknownTo", type);
        Options.check(
                ElementTypes.isSupported(type), "castUnknownTo", ElementTypes.SUPPORTED, type);
        return this;
    }

    /**
     * Lets one rank alone store rows; the others read them. By default every rank stores. The rank
     * of this process comes from {@link #optRank}, else from the environment.
     *
     * @param writerRank the rank that stores, from 0
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optWriterRank(int writerRank) {
        given.once("writerRank", writerRank);
        this.oneWriter = true;
        return optCacheOptions(options -> options.writerRank(writerRank));
    }

    /**
     * Sets the rank of this process, in place of the environment's.
     *
     * @param rank the rank, from 0
     * @param worldSize the number of ranks
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optRank(int rank, int worldSize) {
        given.once("rank", List.of(rank, worldSize));
        return optCacheOptions(options -> options.rank(rank, worldSize));
    }

    /**
     * Lets ranks share misses, see {@link #optShareMisses(Duration)}, with a limit of 10 s.
     *
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optShareMisses() {
        return optShareMisses(SharedMisses.DEFAULT_LIMIT);
    }

    /**
     * Lets the ranks of a run share the missing rows of a batch that all of them meet: each rank
     * computes a part, chosen by a hash of the ids, writes it at once, and reads the parts of the
     * others. For data that is not sharded, read in one order by ranks that keep pace.
     *
     * @param limit how long a batch waits for other ranks, more than nothing and up to a day. A
     *     rank computes by itself what has not come by then, and leaves the late rank out of its
     *     next batches.
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    public CacheBlockDecoratorBuilder optShareMisses(Duration limit) {
        this.shareLimit = Options.upToADay("shareMisses", given.once("shareMisses", limit));
        return this;
    }

    /**
     * Sets whether nothing is stored.
     *
     * @param readOnly true to read alone; false by default
     * @return this builder
     */
    public CacheBlockDecoratorBuilder optReadOnly(boolean readOnly) {
        this.readOnly = given.once("readOnly", readOnly);
        return optCacheOptions(options -> options.readOnly(readOnly));
    }

    /**
     * Sets options of the cache that the decorator opens. May be called several times. The opening
     * throws {@link InvalidOptionException} if directory, module id or fingerprint are among them.
     *
     * @param options called with the cache's builder, after earlier ones
     * @return this builder
     */
    @Override
    public CacheBlockDecoratorBuilder optCacheOptions(Consumer<FeatureCacheBuilder> options) {
        cache.add(options);
        return this;
    }

    /**
     * Builds the decorator. Its cache is opened now if the block's weights are there, else later.
     *
     * @return the decorator
     * @throws InvalidOptionException if the block is missing, or there is not either a cache or a
     *     directory with a module id
     * @throws UnsupportedBlockException if no fingerprint can be taken of the block, and none is
     *     set
     */
    public CacheBlockDecorator build() {
        Block wrapped = wrapped();
        OutputPadding padding = padding();
        return new CacheBlockDecorator(
                this, new FrozenBlock(wrapped), handleOf(wrapped, padding), padding);
    }
}
