package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import org.jspecify.annotations.Nullable;

import java.io.DataOutputStream;

/** A block that answers as those of TensorFlow and ONNX Runtime do: hardly anything. */
final class GraphBlock extends AbstractSymbolBlock {

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        return new NDList(inputs.head().mul(2).add(1));
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        throw new IllegalStateException("The graph is loaded already");
    }

    @Override
    public boolean isInitialized() {
        throw new UnsupportedOperationException("not supported");
    }

    @Override
    public Shape[] getInputShapes() {
        throw new UnsupportedOperationException("not supported");
    }

    @Override
    public ParameterList getDirectParameters() {
        throw new UnsupportedOperationException("not supported");
    }

    @Override
    public ParameterList getParameters() {
        throw new UnsupportedOperationException("not supported");
    }

    @Override
    public void saveParameters(DataOutputStream os) {
        throw new UnsupportedOperationException("not supported");
    }
}
