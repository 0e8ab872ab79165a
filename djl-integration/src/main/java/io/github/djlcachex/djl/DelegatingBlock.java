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

import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Problem;

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
 * Implements everything of a decorator except {@code forward}: it delegates to the wrapped block,
 * but hides its parameters.
 *
 * <p>After a checkpoint was loaded, {@code Model.newTrainer} unfreezes all parameters that it
 * finds, so they are hidden. The block has no children for the same reason.
 */
abstract class DelegatingBlock implements Block {

    private final FrozenBlock frozen;
    private final CacheHandle handle;
    private final int idInput;
    private final OutputShapes outputShapes;
    private Shape @Nullable [] initializedWith;
    private @Nullable NDManager loadedInto;

    DelegatingBlock(
            FrozenBlock frozen, CacheHandle handle, int idInput, OutputShapes outputShapes) {
        this.frozen = frozen;
        this.handle = handle;
        this.idInput = idInput;
        this.outputShapes = outputShapes;
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
        if (BlockParameters.hasGraph(wrapped())) {
            checkInitialized();
        } else {
            wrapped().initialize(lasting(manager), dataType, shapes);
        }
        initializedWith = shapes.clone();
        frozen.forgetParameters();
    }

    /**
     * Returns a manager that outlives the network. The network's own manager is closed with its
     * {@code Model}, while the block may be wrapped again in the network of the next fold.
     */
    private static NDManager lasting(NDManager manager) {
        return NDManager.newBaseManager(manager.getDevice(), Engines.nameOf(manager));
    }

    /**
     * Checks that the block is initialized. A graph is, and throws when it is asked to initialize,
     * as do all blocks around it.
     */
    private void checkInitialized() {
        for (Parameter parameter : BlockParameters.parametersOf(wrapped())) {
            if (!parameter.isInitialized()) {
                throw new UnsupportedBlockException(
                        Problem.of(
                                "parameter '" + parameter.getName() + "' of the wrapped block",
                                "a value, as a graph of another engine is beside it",
                                "none yet",
                                "load or initialize that block before it is added to the network"));
            }
        }
    }

    @Override
    public boolean isInitialized() {
        return BlockParameters.hasGraph(wrapped()) || wrapped().isInitialized();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return outputShapes.of(withoutIds(inputShapes, inputShapes), null);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes, DataType @Nullable [] inputDataTypes) {
        return outputShapes.of(
                withoutIds(inputShapes, inputShapes),
                inputDataTypes == null ? null : withoutIds(inputDataTypes, inputShapes));
    }

    /** Drops the element of the ids, if the ids were counted among the inputs. */
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
        return BlockParameters.hasGraph(wrapped()) && initializedWith != null
                ? initializedWith.clone()
                : wrapped().getInputShapes();
    }

    @Override
    public PairList<String, Shape> describeInput() {
        PairList<String, Shape> described = wrapped().describeInput();
        if (initializedWith == null || (described != null && !described.values().contains(null))) {
            return described;
        }
        // TorchScript knows its inputs only after the first run, and ONNX Runtime only their names;
        // Model.save asks for both
        PairList<String, Shape> inputs = new PairList<>();
        for (int i = 0; i < initializedWith.length; i++) {
            boolean named = described != null && described.size() == initializedWith.length;
            inputs.add(named ? described.keyAt(i) : "data" + i, initializedWith[i]);
        }
        return inputs;
    }

    @Override
    public DataType[] getOutputDataTypes() {
        List<DataType> types = outputShapes.types();
        return types.isEmpty() ? wrapped().getOutputDataTypes() : types.toArray(DataType[]::new);
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
                    Problem.of(
                            "decorated block",
                            "a block that stays frozen",
                            "freezeParameters(false)",
                            "train the wrapped block without the decorator"));
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
        if (frozen.release()) {
            return; // its supplier gives the same weights again
        }
        frozen.alone(
                () -> {
                    if (!BlockParameters.hasGraph(wrapped())) {
                        wrapped().clear();
                    }
                    handle.forgetWeights();
                    frozen.forgetParameters();
                    return null;
                });
    }

    /** Saves the wrapped block. A graph is not saved, as it comes from its own files. */
    @Override
    public void saveParameters(DataOutputStream os) throws IOException {
        if (!BlockParameters.hasGraph(wrapped())) {
            wrapped().saveParameters(os);
        }
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        if (!BlockParameters.hasGraph(wrapped())) {
            if (BlockParameters.hasSymbol(wrapped())) {
                changeWeights(() -> wrapped().loadParameters(manager, is));
            } else {
                loadLasting(lasting(manager), is);
            }
        }
    }

    private void loadLasting(NDManager lasting, DataInputStream is)
            throws IOException, MalformedModelException {
        changeWeights(() -> wrapped().loadParameters(lasting, is));
        NDManager before = loadedInto;
        loadedInto = lasting;
        if (before != null) {
            before.close(); // closed with the arrays that were replaced
        }
    }

    private void changeWeights(CacheHandle.WeightChange change)
            throws IOException, MalformedModelException {
        frozen.change(() -> handle.change(change));
    }

    @Override
    public Map<String, String> getCustomMetadata() {
        return wrapped().getCustomMetadata();
    }
}
