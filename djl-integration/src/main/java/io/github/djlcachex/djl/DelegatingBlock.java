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
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;

import io.github.djlcachex.cache.FeatureCache;

import org.jspecify.annotations.Nullable;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Everything of a decorator that is not {@code forward}: the wrapped block's answers, less its
 * parameters.
 *
 * <p>The parameters are hidden because {@code Model.newTrainer} unfreezes all that it finds after a
 * checkpoint was loaded. The block has no children for the same reason.
 */
abstract class DelegatingBlock implements Block {

    private final FrozenBlock frozen;
    private final CacheHandle handle;
    private final int idInput;
    private final OutputShapes outputShapes = new OutputShapes();
    private Shape @Nullable [] initializedWith;

    DelegatingBlock(FrozenBlock frozen, CacheHandle handle, int idInput) {
        this.frozen = frozen;
        this.handle = handle;
        this.idInput = idInput;
    }

    Block wrapped() {
        return frozen.block();
    }

    @Override
    public NDList forward(
            ParameterStore parameterStore,
            NDList data,
            NDList labels,
            @Nullable PairList<String, Object> params) {
        return forward(parameterStore, data, true, params);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape[] shapes = withoutIds(inputShapes, inputShapes);
        try {
            wrapped().initialize(manager, dataType, shapes);
        } catch (IllegalStateException | UnsupportedOperationException e) {
            // graphs of TensorFlow and ONNX Runtime come initialized, and say so in this way
            if (!(wrapped() instanceof SymbolBlock)) {
                throw e;
            }
        }
        initializedWith = shapes.clone();
        frozen.forgetParameters();
    }

    @Override
    public boolean isInitialized() {
        try {
            return wrapped().isInitialized();
        } catch (UnsupportedOperationException e) {
            return true;
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape[] shapes = withoutIds(inputShapes, inputShapes);
        return outputShapes.of(shapes, () -> outputShapesOfRowsOrRun(shapes));
    }

    private Shape[] outputShapesOfRowsOrRun(Shape[] shapes) {
        FeatureCache open = handle.openOrNull();
        Shape[] ofRows =
                wrapped() instanceof SymbolBlock ? OutputShapes.ofCached(shapes, open) : null;
        if (ofRows != null) {
            return ofRows;
        }
        synchronized (frozen.lock()) {
            return wrapped().getOutputShapes(shapes);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes, DataType @Nullable [] inputDataTypes) {
        Shape[] shapes = withoutIds(inputShapes, inputShapes);
        DataType[] types = inputDataTypes == null ? null : withoutIds(inputDataTypes, inputShapes);
        return outputShapes.of(
                shapes,
                () -> {
                    synchronized (frozen.lock()) {
                        return wrapped().getOutputShapes(shapes, types);
                    }
                });
    }

    /** Returns what belongs to the inputs, if the ids were counted among them. */
    private <T> T[] withoutIds(T[] all, Shape[] shapes) {
        boolean counted =
                idInput >= 0
                        && shapes.length > 1
                        && shapes.length > idInput
                        && shapes[idInput].dimension() == 1;
        if (!counted) {
            return all;
        }
        List<T> kept = new ArrayList<>(Arrays.asList(all));
        kept.remove(idInput);
        return kept.toArray(Arrays.copyOf(all, kept.size()));
    }

    @Override
    public Shape[] getInputShapes() {
        try {
            return wrapped().getInputShapes();
        } catch (UnsupportedOperationException e) {
            if (initializedWith == null) {
                throw e;
            }
            return initializedWith.clone();
        }
    }

    @Override
    public PairList<String, Shape> describeInput() {
        PairList<String, Shape> described = wrapped().describeInput();
        if (described != null || initializedWith == null) {
            return described;
        }
        // a TorchScript block knows its inputs after the first run only, Model.save asks before
        PairList<String, Shape> inputs = new PairList<>();
        for (int i = 0; i < initializedWith.length; i++) {
            inputs.add("data" + i, initializedWith[i]);
        }
        return inputs;
    }

    @Override
    public DataType[] getOutputDataTypes() {
        return wrapped().getOutputDataTypes();
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

    /**
     * Does nothing for {@code true}: the wrapped block is frozen.
     *
     * @throws NotFrozenException for {@code false}
     */
    @Override
    public void freezeParameters(boolean freeze) {
        if (!freeze) {
            throw new NotFrozenException(
                    "decorated block",
                    "a block that stays frozen",
                    "freezeParameters(false)",
                    "train the wrapped block without the decorator");
        }
    }

    @Override
    public void setInitializer(Initializer initializer, Parameter.Type type) {
        wrapped().setInitializer(initializer, type);
    }

    @Override
    public void setInitializer(Initializer initializer, String paramName) {
        wrapped().setInitializer(initializer, paramName);
    }

    @Override
    public void setInitializer(Initializer initializer, Predicate<Parameter> predicate) {
        wrapped().setInitializer(initializer, predicate);
    }

    @Override
    public void cast(DataType dataType) {
        try {
            changeWeights(() -> wrapped().cast(dataType));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException("A cast reads no model", e);
        }
    }

    @Override
    public void clear() {
        synchronized (frozen.lock()) {
            wrapped().clear();
            handle.forgetWeights();
            frozen.forgetParameters();
        }
    }

    @Override
    public void saveParameters(DataOutputStream os) throws IOException {
        wrapped().saveParameters(os);
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        changeWeights(() -> wrapped().loadParameters(manager, is));
    }

    private void changeWeights(CacheHandle.WeightChange change)
            throws IOException, MalformedModelException {
        synchronized (frozen.lock()) {
            try {
                handle.change(change);
            } finally {
                frozen.forgetParameters();
            }
        }
    }

    @Override
    public Map<String, String> getCustomMetadata() {
        return wrapped().getCustomMetadata();
    }
}
