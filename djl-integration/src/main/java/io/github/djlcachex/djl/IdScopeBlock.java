package io.github.djlcachex.djl;

import ai.djl.MalformedModelException;
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

import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Wraps a network: it removes the ids from each batch and passes them to the decorators inside by a
 * scope; see {@link CacheIds#around}. It delegates everything else.
 */
final class IdScopeBlock implements Block {

    private final Block network;

    IdScopeBlock(Block network) {
        this.network = network;
    }

    @Override
    public NDList forward(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        BatchIds batch = BatchIds.split(inputs, -1);
        return scoped(
                batch, () -> network.forward(parameterStore, batch.inputs(), training, params));
    }

    @Override
    public NDList forward(
            ParameterStore parameterStore,
            NDList data,
            NDList labels,
            @Nullable PairList<String, Object> params) {
        BatchIds batch = BatchIds.split(data, -1);
        return scoped(batch, () -> network.forward(parameterStore, batch.inputs(), labels, params));
    }

    private static NDList scoped(BatchIds batch, Supplier<NDList> forward) {
        Keys keys = batch.keys();
        if (keys == null) {
            return forward.get();
        }
        CacheIds.Scope scope = CacheIds.scope(keys);
        try {
            return forward.get();
        } finally {
            scope.close();
        }
    }

    @Override
    public void setInitializer(Initializer initializer, Parameter.Type type) {
        network.setInitializer(initializer, type);
    }

    @Override
    public void setInitializer(Initializer initializer, String paramName) {
        network.setInitializer(initializer, paramName);
    }

    @Override
    public void setInitializer(Initializer initializer, Predicate<Parameter> predicate) {
        network.setInitializer(initializer, predicate);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        network.initialize(manager, dataType, inputShapes);
    }

    @Override
    public boolean isInitialized() {
        return network.isInitialized();
    }

    @Override
    public void cast(DataType dataType) {
        network.cast(dataType);
    }

    @Override
    public void clear() {
        network.clear();
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return network.describeInput();
    }

    @Override
    public BlockList getChildren() {
        return network.getChildren();
    }

    @Override
    public ParameterList getDirectParameters() {
        return network.getDirectParameters();
    }

    @Override
    public ParameterList getParameters() {
        return network.getParameters();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return network.getOutputShapes(inputShapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes, DataType @Nullable [] inputDataTypes) {
        return network.getOutputShapes(inputShapes, inputDataTypes);
    }

    @Override
    public Shape[] getInputShapes() {
        return network.getInputShapes();
    }

    @Override
    public DataType[] getOutputDataTypes() {
        return network.getOutputDataTypes();
    }

    @Override
    public void saveParameters(DataOutputStream os) throws IOException {
        network.saveParameters(os);
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        network.loadParameters(manager, is);
    }

    @Override
    public void freezeParameters(boolean freeze) {
        network.freezeParameters(freeze);
    }

    @Override
    public void freezeParameters(boolean freeze, Predicate<Parameter> predicate) {
        network.freezeParameters(freeze, predicate);
    }

    @Override
    public Map<String, String> getCustomMetadata() {
        return network.getCustomMetadata();
    }

    @Override
    public String toString() {
        return network.toString();
    }
}
