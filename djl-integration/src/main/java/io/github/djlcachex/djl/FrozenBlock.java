package io.github.djlcachex.djl;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The wrapped block, run in evaluation mode alone and by one thread at a time.
 *
 * <p>One at a time because DJL copies parameters to a trainer at their first use without a lock,
 * and because it lets rows that miss on several threads be computed once.
 */
final class FrozenBlock {

    private final Block block;
    private volatile @Nullable Facts known;

    /**
     * What the tree of blocks tells, remembered because it is asked for each batch.
     *
     * @param parameters the parameters that are shown
     * @param engine the engine whose arrays the block needs, or null for any
     * @param torchScript whether a TorchScript module takes the inputs
     * @param rows the number of rows that it takes, or {@link FixedRows#ANY}
     * @param names whether names of inputs decide
     */
    private record Facts(
            List<Parameter> parameters,
            @Nullable String engine,
            boolean torchScript,
            int rows,
            ArgumentNames names) {}

    FrozenBlock(Block block) {
        this.block = block;
    }

    Block block() {
        return block;
    }

    /** Returns what to lock: the block, so that two decorators of one block share the lock. */
    Object lock() {
        return block;
    }

    /** Makes the next check look at the block's parameters afresh. */
    void forgetParameters() {
        known = null;
    }

    ArgumentNames argumentNames() {
        return facts().names;
    }

    /** Returns the number of rows that the block takes, or {@link FixedRows#ANY}. */
    int fixedRows() {
        return facts().rows;
    }

    /** Returns a manager for the arrays of one run: of the block's engine, where that matters. */
    NDManager newManager(Place place) {
        String home = Engines.nameOf(place.manager());
        String engine = facts().engine;
        // no sub-manager of the user's: ONNX Runtime makes none of a capped one
        return engine == null || engine.equals(home)
                ? NDManager.newBaseManager(place.device(), home)
                : NDManager.newBaseManager(device(), engine);
    }

    /** Returns a manager of the block's engine, or of DJL's default one if it takes any. */
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
     * Checks that nothing is trained that cached rows depend on, and that the block can take the
     * inputs.
     *
     * @param training whether a trainer runs the batch, and gradients may be collected
     * @param cut whether rows may be picked from the inputs
     * @throws NotFrozenException if a parameter requires a gradient, or an input has one
     * @throws UnsupportedInputException if the block's engine can take none made of an input
     */
    void check(NDList inputs, boolean training, boolean cut) {
        Facts facts = facts();
        BlockInputs.check(inputs, facts.engine, facts.torchScript, cut);
        for (Parameter parameter : facts.parameters) {
            if (parameter.requiresGradient()) {
                throw new NotFrozenException(
                        "parameter '" + parameter.getName() + "' of the wrapped block",
                        "a frozen parameter",
                        "one that requires a gradient",
                        "freeze the wrapped block, by CacheBlockDecorator.freeze or"
                                + " freezeParameters(true); a block that is trained cannot be"
                                + " cached");
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            // PyTorch crashes the JVM when an array of strings is asked for its gradient
            if (!RowSelector.isText(input)
                    && (input.hasGradient() || (training && isComputedFromGradients(input)))) {
                throw new NotFrozenException(
                        "input " + i,
                        "an input without a gradient",
                        "one that has one",
                        "cached rows would cut the graph to what is trained in front: decorate the"
                                + " first blocks of the network, or detach the input");
            }
        }
    }

    /**
     * Tells whether an array is the result of a trained block. DJL shows gradients of parameters
     * alone; but PyTorch refuses to take the gradient from a result, and does nothing for others.
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
            facts =
                    new Facts(
                            Blocks.parametersOf(block),
                            Blocks.engineOf(block),
                            Blocks.startsWithTorchScript(block),
                            FixedRows.of(block),
                            ArgumentNames.of(block));
            known = facts;
        }
        return facts;
    }

    /**
     * Runs the block. The caller holds the lock.
     *
     * @return the raw outputs, never to be handed out
     */
    NDList forward(
            ParameterStore parameterStore,
            NDList inputs,
            @Nullable PairList<String, Object> params) {
        return block.forward(parameterStore, inputs, false, params);
    }

    /**
     * Closes raw outputs that no manager of ours owns, but for those that others use: inputs that
     * are outputs themselves, and outputs that are handed out.
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
