package io.github.djlcachex.djl;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
    private volatile @Nullable List<Parameter> parameters;

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
        parameters = null;
    }

    /**
     * Checks that nothing is trained that cached rows depend on.
     *
     * @param training whether a trainer runs the batch, and gradients may be collected
     * @throws NotFrozenException if a parameter requires a gradient, or an input has one
     */
    void check(NDList inputs, boolean training) {
        for (Parameter parameter : parameters()) {
            if (parameter.requiresGradient()) {
                throw new NotFrozenException(
                        "parameter '" + parameter.getName() + "' of the wrapped block",
                        "a frozen parameter",
                        "one that requires a gradient",
                        "call freezeParameters(true) on the wrapped block; a block that is trained"
                                + " cannot be cached");
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            if (input.hasGradient() || (training && isComputedFromGradients(input))) {
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

    private List<Parameter> parameters() {
        List<Parameter> known = parameters;
        if (known == null) {
            known = Blocks.parametersOf(block);
            parameters = known;
        }
        return known;
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
     * Closes raw outputs that no manager of ours owns, but for those that are inputs themselves.
     */
    static void close(NDList outputs, NDList... inputs) {
        for (NDArray output : outputs) {
            if (!isAmong(output, inputs)) {
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
