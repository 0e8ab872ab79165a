package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** A user's block without a weight, with a setting, and with a record of what it did. */
class SettingBlock extends AbstractBlock {

    private final int factor;
    private final List<String> log = new ArrayList<>();
    int runs;

    SettingBlock(int factor) {
        this.factor = factor;
    }

    NDList compute(NDList inputs) {
        return new NDList(inputs.head().mul(factor));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        runs++;
        log.add("run " + runs);
        return compute(inputs);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }
}
