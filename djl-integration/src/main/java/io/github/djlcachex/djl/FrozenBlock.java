package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/**
 * The wrapped block, which runs in evaluation mode only.
 *
 * <p>The threads of predictors run it together, as they do without a decorator. A thread runs it
 * alone where DJL or the engine is not safe: for a trainer, for an unknown engine, and the first
 * time, when a TorchScript module is switched to evaluation.
 */
final class FrozenBlock {

    /** So many batches of hits close a supplied block: most epochs have fewer. */
    private static final int BATCHES_UNTIL_RELEASE = 100;

    private final Block block;
    private final BlockLock lock;
    private final AtomicInteger batchesWithoutRun = new AtomicInteger();
    private volatile @Nullable Facts known;
    private volatile boolean ran;

    /**
     * The properties of the tree of blocks, remembered because every batch needs them.
     *
     * @param parameters the parameters that are shown
     * @param engine the engine whose arrays the block needs, or null for any
     * @param torchScript whether a TorchScript module takes the inputs
     * @param rows the number of rows that it takes
     * @param inputs the inputs of the graph that takes those of the block, none if it is no graph
     * @param names whether names of inputs decide
     * @param shared whether several threads may run it at once
     */
    private record Facts(
            List<Parameter> parameters,
            @Nullable String engine,
            boolean torchScript,
            FixedRows rows,
            List<GraphInput> inputs,
            ArgumentNames names,
            boolean shared) {}

    FrozenBlock(Block block) {
        this.block = block;
        this.lock = BlockLock.of(block);
    }

    Block block() {
        return block;
    }

    /** Tells whether the block is in memory; one that a supplier gives need not be. */
    boolean isOpen() {
        return !(block instanceof SuppliedBlock supplied) || supplied.isOpen();
    }

    /** Returns the block itself, which is opened if it comes from a supplier. */
    Block opened() {
        return block instanceof SuppliedBlock supplied ? supplied.open() : block;
    }

    /** Counts a batch, and closes a supplied block that many batches in a row did not run. */
    void batchDone() {
        if (block instanceof SuppliedBlock supplied
                && supplied.isOpen()
                && batchesWithoutRun.incrementAndGet() >= BATCHES_UNTIL_RELEASE) {
            release();
        }
    }

    /** Closes a supplied block, and returns whether the block is one. */
    boolean release() {
        if (!(block instanceof SuppliedBlock supplied)) {
            return false;
        }
        lock.alone(
                () -> {
                    supplied.release();
                    forgetParameters();
                    return null;
                });
        return true;
    }

    /** Checks a block that was not open when its batch was checked; the caller runs it. */
    void checkOpened(NDList inputs) {
        if (block instanceof SuppliedBlock) {
            batchesWithoutRun.set(-1); // this batch is counted when it is done
            opened();
            check(inputs, false, true);
        }
    }

    /** Runs an action while no thread runs the block. */
    <T extends @Nullable Object> T alone(Supplier<T> action) {
        return lock.alone(action);
    }

    /**
     * Runs an action that runs the block.
     *
     * @param alone whether no other thread may run it meanwhile
     */
    <T extends @Nullable Object> T running(boolean alone, Supplier<T> action) {
        return lock.running(alone || !ran || !facts().shared, action);
    }

    /** Changes the weights while no thread runs the block. */
    void change(CacheHandle.WeightChange change) throws IOException, MalformedModelException {
        Lock changing = lock.toChange();
        changing.lock();
        try {
            change.run();
        } finally {
            forgetParameters();
            changing.unlock();
        }
    }

    /** Makes the next check read the block's parameters again. */
    void forgetParameters() {
        known = null;
        ran = false;
    }

    ArgumentNames argumentNames() {
        return facts().names;
    }

    /** Returns the number of rows that the block takes. */
    FixedRows fixedRows() {
        return facts().rows;
    }

    /**
     * Returns the inputs of the graph that takes the block's inputs, or none if they are unknown.
     */
    List<GraphInput> graphInputs() {
        return facts().inputs;
    }

    /** Returns a manager for the arrays of one run, of the block's engine where that matters. */
    NDManager newManager(Place place) {
        String home = Engines.nameOf(place.manager());
        String engine = facts().engine;
        // not a sub-manager of the user's: ONNX Runtime creates none of a capped manager
        return engine == null || engine.equals(home)
                ? NDManager.newBaseManager(place.device(), home)
                : NDManager.newBaseManager(device(), engine);
    }

    /** Returns a manager of the block's engine, or of the default engine if the block takes any. */
    NDManager newManager() {
        String engine = facts().engine;
        return engine == null
                ? NDManager.newBaseManager()
                : NDManager.newBaseManager(device(), engine);
    }

    private Device device() {
        for (Parameter parameter : facts().parameters) {
            if (parameter.isInitialized()) {
                return parameter.getArray().getDevice();
            }
        }
        return Device.cpu();
    }

    /**
     * Checks that no gradient is needed through cached rows, and that the block can take the
     * inputs.
     *
     * @param training whether a trainer runs the batch, and gradients may be collected
     * @param cut whether rows may be picked from the inputs
     * @throws NotFrozenException if a parameter requires a gradient, or an input has one
     * @throws UnsupportedInputException if the block's engine can take none made of an input
     */
    void check(NDList inputs, boolean training, boolean cut) {
        if (isOpen()) {
            checkBlock(inputs, cut);
        }
        checkInputs(inputs, training);
    }

    private void checkBlock(NDList inputs, boolean cut) {
        Facts facts = facts();
        BlockInputs.check(inputs, facts.engine, facts.torchScript, cut);
        for (Parameter parameter : facts.parameters) {
            if (parameter.requiresGradient()) {
                throw new NotFrozenException(
                        Problem.of(
                                "parameter '" + parameter.getName() + "' of the wrapped block",
                                "a frozen parameter",
                                "one that requires a gradient",
                                "freeze the wrapped block, by CacheBlockDecorator.freeze or"
                                        + " freezeParameters(true); a block that is trained cannot be"
                                        + " cached"));
            }
        }
    }

    private static void checkInputs(NDList inputs, boolean training) {
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            // PyTorch crashes the JVM when an array of strings is asked for its gradient
            if (!RowSelector.isText(input)
                    && (input.hasGradient() || (training && isComputedFromGradients(input)))) {
                throw new NotFrozenException(
                        Problem.of(
                                "input " + i,
                                "an input without a gradient",
                                "one that has one",
                                "cached rows would cut the graph to what is trained in front: decorate the"
                                        + " first blocks of the network, or detach the input"));
            }
        }
    }

    /**
     * Tells whether an array was computed from trained parameters. DJL shows gradients only of
     * parameters. But PyTorch refuses to stop the gradient of a result, and does nothing for other
     * arrays.
     */
    private static boolean isComputedFromGradients(NDArray input) {
        if (!Engines.isPyTorch(input.getManager())) {
            return false;
        }
        try {
            input.setRequiresGradient(false);
            return false;
        } catch (EngineException e) {
            return true;
        }
    }

    private Facts facts() {
        Facts facts = known;
        if (facts == null) {
            Block opened = opened();
            facts =
                    new Facts(
                            BlockParameters.parametersOf(opened),
                            BlockParameters.engineOf(opened),
                            BlockParameters.startsWithTorchScript(opened),
                            FixedRows.of(opened),
                            GraphInput.of(BlockParameters.first(opened)),
                            ArgumentNames.of(opened),
                            BlockParameters.areShared(opened));
            known = facts;
        }
        return facts;
    }

    /**
     * Runs the block; the caller is inside {@link #running}.
     *
     * @return the raw outputs, never to be handed out
     */
    NDList forward(
            ParameterStore parameterStore,
            NDList inputs,
            @Nullable PairList<String, Object> params) {
        NDList outputs = block.forward(parameterStore, inputs, false, params);
        ran = true;
        return outputs;
    }

    /**
     * Closes raw outputs that no manager of ours owns, except those still in use: inputs that are
     * outputs too, and outputs that are returned.
     */
    static void close(NDList outputs, NDList... used) {
        for (NDArray output : outputs) {
            if (!isAmong(output, used)) {
                output.close();
            }
        }
    }

    private static boolean isAmong(NDArray output, NDList[] lists) {
        for (NDList list : lists) {
            for (NDArray input : list) {
                if (input == output) {
                    return true;
                }
            }
        }
        return false;
    }
}
