package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.util.PairList;

import io.github.djlcachex.djl.internal.engine.BlockParameters;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Decides whether the names of a batch's inputs affect the output of the wrapped block.
 *
 * @param torchScript whether a TorchScript module takes the inputs, by their places alone
 * @param described the names of a graph's inputs in their order, none if the block is no graph
 */
record ArgumentNames(boolean torchScript, List<String> described) {

    static ArgumentNames of(Block block) {
        boolean graph = BlockParameters.isOnnxRuntime(block) || BlockParameters.isTensorFlow(block);
        @Nullable PairList<String, ?> inputs = graph ? block.describeInput() : null;
        return new ArgumentNames(
                BlockParameters.startsWithTorchScript(block),
                inputs == null ? List.of() : List.copyOf(inputs.keys()));
    }

    /**
     * Tells whether the engine builds dictionaries and lists from names. It does not for a graph.
     */
    boolean build() {
        return described.isEmpty();
    }

    /** Tells whether the names assign the inputs differently than their positions do. */
    boolean count(NDList inputs) {
        if (torchScript) {
            return false;
        }
        for (int i = 0; i < inputs.size(); i++) {
            String name = inputs.get(i).getName();
            boolean inOrder = i < described.size() && described.get(i).equals(name);
            if (name != null && !name.isEmpty() && !inOrder) {
                return true;
            }
        }
        return false;
    }
}
