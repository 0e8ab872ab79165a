package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * InputTemplate tells what the inputs of a dataset's rows look like: names, types and shapes. A
 * batch whose rows are all cached has no inputs that would tell it.
 */
final class InputTemplate {

    private final List<Input> inputs;

    private record Input(@Nullable String name, DataType type, Shape row) {}

    private InputTemplate(List<Input> inputs) {
        this.inputs = inputs;
    }

    /**
     * Returns the template of inputs with a batch dimension.
     *
     * @throws UnsupportedDatasetException if one is of a type of which no array can be created
     */
    static InputTemplate of(NDList batch) {
        return new InputTemplate(batch.stream().map(InputTemplate::of).toList());
    }

    private static Input of(NDArray array) {
        DataType type = ArrayTypes.orUnknown(array);
        if (!ElementTypes.isSupported(type)) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "input of a dataset that loads missing rows alone",
                            ElementTypes.SUPPORTED,
                            "data type " + type.name(),
                            "leave loadingMissesOnly out"));
        }
        return new Input(array.getName(), type, array.getShape().slice(1));
    }

    /** Returns inputs of no rows, which the caller closes. */
    NDList withoutRows(NDManager manager) {
        NDList empty = new NDList(inputs.size());
        for (Input input : inputs) {
            NDArray array = manager.create(new Shape(0).addAll(input.row), input.type);
            array.setName(input.name);
            empty.add(array);
        }
        return empty;
    }
}
