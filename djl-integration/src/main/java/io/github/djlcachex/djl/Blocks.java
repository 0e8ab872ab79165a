package io.github.djlcachex.djl;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;

import java.util.List;

/** Questions to blocks, some of which throw instead of answering. */
final class Blocks {

    private Blocks() {}

    /** Returns the parameters of a block; none if its engine does not show them. */
    static List<Parameter> parametersOf(Block block) {
        try {
            return block.getParameters().values();
        } catch (UnsupportedOperationException e) {
            // TensorFlow and ONNX Runtime: their graphs cannot be trained
            return List.of();
        }
    }

    /** Tells whether a block's weights are there to be read. */
    static boolean hasWeights(Block block) {
        return block instanceof SymbolBlock
                || parametersOf(block).stream().allMatch(Parameter::isInitialized);
    }
}
