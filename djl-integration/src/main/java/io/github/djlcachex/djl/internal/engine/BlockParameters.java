package io.github.djlcachex.djl.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks blocks for their parameters and engine, also those blocks that throw when they are asked.
 */
public final class BlockParameters {

    private BlockParameters() {}

    /**
     * Returns the parameters of a block and its descendants, as far as their engines show them.
     *
     * <p>Each block is asked on its own: one graph of ONNX Runtime or TensorFlow makes {@code
     * getParameters} of every ancestor throw, which would hide the parameters of its siblings.
     */
    public static List<Parameter> parametersOf(Block block) {
        Set<Parameter> parameters = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Parameter> ordered = new ArrayList<>();
        for (Block each : withDescendants(block)) {
            List<Parameter> shown = new ArrayList<>(shownBy(each::getDirectParameters));
            // a user's block may report parameters in this method alone
            shown.addAll(shownBy(each::getParameters));
            shown.removeIf(parameter -> !parameters.add(parameter));
            ordered.addAll(shown);
        }
        return List.copyOf(ordered);
    }

    private static List<Parameter> shownBy(Supplier<ParameterList> list) {
        try {
            return list.get().values();
        } catch (UnsupportedOperationException e) {
            // graphs of TensorFlow and ONNX Runtime cannot be trained
            return List.of();
        }
    }

    public static boolean isOnnxRuntime(Block block) {
        return Engines.isOfOnnxRuntime(block);
    }

    public static boolean isTensorFlow(Block block) {
        return Engines.isOfTensorFlow(block);
    }

    /** Returns a block and its descendants, the block first. */
    public static List<Block> withDescendants(Block block) {
        List<Block> all = new ArrayList<>();
        all.add(block);
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).getChildren().values());
        }
        return all;
    }

    /** Tells whether a block or a descendant is a {@code SymbolBlock}. */
    public static boolean hasSymbol(Block block) {
        return withDescendants(block).stream().anyMatch(each -> each instanceof SymbolBlock);
    }

    /**
     * Tells whether a block or a descendant is a graph of ONNX Runtime or TensorFlow. DJL neither
     * initializes, saves nor loads it.
     */
    public static boolean hasGraph(Block block) {
        return withDescendants(block).stream()
                .anyMatch(each -> each instanceof SymbolBlock && !Engines.isOfPyTorch(each));
    }

    /**
     * Tells whether several threads may run a block at once. DJL shares one model of these engines
     * among predictors; nothing is known of other engines.
     */
    public static boolean areShared(Block block) {
        return withDescendants(block).stream()
                .filter(each -> each instanceof SymbolBlock)
                .allMatch(
                        each ->
                                Engines.isOfPyTorch(each)
                                        || isTensorFlow(each)
                                        || isOnnxRuntime(each));
    }

    /** Tells whether a block's weights can be read. */
    public static boolean hasWeights(Block block) {
        return block instanceof SymbolBlock
                || parametersOf(block).stream().allMatch(Parameter::isInitialized);
    }

    /**
     * Returns the engine whose arrays a block needs, or null if it takes arrays of any engine.
     *
     * <p>A TorchScript module or a TensorFlow graph casts every array to its own class, at any
     * depth of a network. ONNX Runtime converts arrays, but flattens booleans. Blocks written in
     * Java compute in the engine of their parameters.
     */
    public static @Nullable String engineOf(Block block) {
        if (isOnnxRuntime(block)) {
            return Engines.ONNX_RUNTIME;
        }
        for (Block each : withDescendants(block)) {
            if (Engines.isOfPyTorch(each)) {
                return Engines.PYTORCH;
            }
            if (isTensorFlow(each)) {
                return Engines.TENSORFLOW;
            }
        }
        for (Parameter parameter : parametersOf(block)) {
            if (parameter.isInitialized()) {
                NDArray array = parameter.getArray();
                return Engines.nameOf(array.getManager());
            }
        }
        return null;
    }

    /** Tells whether the inputs of a block go to a TorchScript module. */
    public static boolean startsWithTorchScript(Block block) {
        return Engines.isOfPyTorch(first(block));
    }

    /** Returns the block that takes the inputs of a network. */
    public static Block first(Block block) {
        Block first = block;
        while (!first.getChildren().isEmpty()) {
            first = first.getChildren().valueAt(0);
        }
        return first;
    }
}
