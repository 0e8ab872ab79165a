package io.github.djlcachex.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;

import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * SuppliedBlock is a block that is opened when it is first needed, and closed when it was not
 * needed for a while. Each opening gives the same weights.
 *
 * <p>It is taken for initialized, and tells nothing of itself while it is not open, so that the
 * network around it can be initialized and trained on cached rows without it.
 */
final class SuppliedBlock implements Block {

    private final Supplier<Opened> supplier;
    private @Nullable Opened opened;
    private boolean pinned;

    /**
     * An open block and what closes it.
     *
     * @param block the block, never a decorator
     * @param closing closes it
     */
    record Opened(Block block, Runnable closing) {}

    private SuppliedBlock(Supplier<Opened> supplier) {
        this.supplier = supplier;
    }

    static SuppliedBlock ofBlocks(Supplier<? extends Block> blocks) {
        return new SuppliedBlock(
                () -> {
                    Block block = checked(blocks.get());
                    return new Opened(block, () -> close(block));
                });
    }

    static SuppliedBlock ofModels(Supplier<? extends Model> models) {
        return new SuppliedBlock(
                () -> {
                    Model model = Options.given("model of the supplier", models.get());
                    return new Opened(checked(model.getBlock()), model::close);
                });
    }

    private static Block checked(@Nullable Block block) {
        Block given = Options.given("block of the supplier", block);
        Options.check(
                !(given instanceof CacheBlockDecorator),
                "block of the supplier",
                "no decorator yet",
                given);
        if (!BlockParameters.hasGraph(given) && !BlockParameters.hasWeights(given)) {
            throw new UnsupportedBlockException(
                    Problem.of(
                            "block of the supplier",
                            "a block with its weights",
                            given.getClass().getSimpleName() + " without",
                            "load or initialize the block in the supplier"));
        }
        return given;
    }

    private static void close(Block block) {
        if (block instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("A block could not be closed", e);
            }
        } else {
            block.clear();
        }
    }

    /** Returns the block, which is opened if it is not open. */
    synchronized Block open() {
        if (opened == null) {
            opened = supplier.get();
        }
        return opened.block;
    }

    /** Tells whether the block is in memory. */
    synchronized boolean isOpen() {
        return opened != null;
    }

    /** Closes the block if it is open, unless its weights were changed; no thread may run it. */
    synchronized void release() {
        Opened last = opened;
        if (last != null && !pinned) {
            opened = null;
            last.closing.run();
        }
    }

    /** Opens the block for good, as the supplier would give it without a change of its weights. */
    private synchronized Block pinned() {
        pinned = true;
        return open();
    }

    @Override
    public NDList forward(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        return open().forward(parameterStore, inputs, training, params);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return open().getOutputShapes(inputShapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes, DataType[] inputDataTypes) {
        return open().getOutputShapes(inputShapes, inputDataTypes);
    }

    @Override
    public boolean isInitialized() {
        return true;
    }

    /** Does nothing: the supplier gives initialized blocks, and frozen ones. */
    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {}

    /** Does nothing, as {@link #initialize}. */
    @Override
    public void setInitializer(Initializer initializer, Parameter.Type type) {}

    /** Does nothing, as {@link #initialize}. */
    @Override
    public void setInitializer(Initializer initializer, String paramName) {}

    /** Does nothing, as {@link #initialize}. */
    @Override
    public void setInitializer(Initializer initializer, Predicate<Parameter> predicate) {}

    @Override
    public void cast(DataType dataType) {
        pinned().cast(dataType);
    }

    @Override
    public void clear() {
        release();
    }

    @Override
    @SuppressWarnings("NullAway") // DJL's blocks return null before they know their inputs
    public PairList<String, Shape> describeInput() {
        return isOpen() ? open().describeInput() : null;
    }

    @Override
    @SuppressWarnings("NullAway") // as DJL's blocks
    public Shape[] getInputShapes() {
        return isOpen() ? open().getInputShapes() : null;
    }

    @Override
    @SuppressWarnings("NullAway") // as DJL's blocks
    public DataType[] getOutputDataTypes() {
        return isOpen() ? open().getOutputDataTypes() : null;
    }

    @Override
    public BlockList getChildren() {
        return new BlockList();
    }

    @Override
    public ParameterList getDirectParameters() {
        return new ParameterList();
    }

    @Override
    public ParameterList getParameters() {
        return new ParameterList();
    }

    /** Saves the block as it would be saved alone; a graph comes from its own files. */
    @Override
    public void saveParameters(DataOutputStream os) throws IOException {
        if (!BlockParameters.hasGraph(open())) {
            open().saveParameters(os);
        }
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        if (!BlockParameters.hasGraph(open())) {
            pinned().loadParameters(manager, is);
        }
    }

    @Override
    public Map<String, String> getCustomMetadata() {
        return isOpen() ? open().getCustomMetadata() : Map.of();
    }
}
