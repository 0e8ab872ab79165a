package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** A block made of a function, which records how it is called. */
public final class SpyBlock extends AbstractBlock {

    /** One call: what the inputs were, and whether it was in training mode. */
    record Call(List<Shape> shapes, List<String> names, List<String> bytes, boolean training) {

        long rows() {
            return shapes.get(0).get(0);
        }
    }

    // a block of which no weight is seen has no fingerprint
    private static final NDArray WEIGHT = NDManager.newBaseManager("PyTorch").create(1f);

    @SuppressWarnings("UnusedVariable")
    private final NDArray weight = WEIGHT;

    private final UnaryOperator<NDList> function;
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

    SpyBlock(UnaryOperator<NDList> function) {
        this.function = function;
    }

    /** Returns a block of one output: twice the first input, plus one. */
    public static SpyBlock twicePlusOne() {
        return new SpyBlock(inputs -> new NDList(inputs.head().mul(2).add(1)));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        calls.add(
                new Call(
                        inputs.stream().map(NDArray::getShape).toList(),
                        inputs.stream().map(a -> String.valueOf(a.getName())).toList(),
                        Bits.hex(inputs),
                        training));
        return function.apply(inputs);
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    public long rowsRun() {
        return calls().stream().mapToLong(Call::rows).sum();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList ones = new NDList();
            for (Shape shape : inputShapes) {
                ones.add(manager.ones(shape, DataType.FLOAT32));
            }
            return function.apply(ones).getShapes();
        }
    }
}
