package io.github.djlcachex.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;

import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;

import org.apache.spark.sql.Row;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/** InputBatches makes the inputs of a batch of those of its rows. */
final class InputBatches {

    private final RowInputs inputs;
    private final Batchifier batchifier;

    InputBatches(RowInputs inputs, Batchifier batchifier) {
        this.inputs = inputs;
        this.batchifier = batchifier;
    }

    /**
     * Returns the inputs of a batch.
     *
     * @param manager owns the arrays
     * @throws Exception if a row has no inputs, or those of two rows make no batch
     */
    NDList of(List<Row> rows, NDManager manager) throws Exception {
        NDList[] parts = new NDList[rows.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = inputs.of(rows.get(i), manager);
        }
        // ONNX Runtime has no operators of its own, and stacks only beside another engine
        boolean copies =
                batchifier == Batchifier.STACK
                        && manager.getEngine().getEngineName().equals("OnnxRuntime");
        return copies ? stacked(parts, manager) : batchifier.batchify(parts);
    }

    private static NDList stacked(NDList[] parts, NDManager manager) {
        NDList batch = new NDList();
        for (int input = 0; input < parts[0].size(); input++) {
            NDArray first = parts[0].get(input);
            ByteBuffer rows = null;
            for (NDList part : parts) {
                ByteBuffer row = part.get(input).toByteBuffer();
                checkShape(first, part.get(input));
                rows =
                        rows != null
                                ? rows
                                : ByteBuffer.allocateDirect(row.remaining() * parts.length)
                                        .order(ByteOrder.nativeOrder());
                rows.put(row);
            }
            Shape shape = new Shape(parts.length).addAll(first.getShape());
            NDArray stacked =
                    manager.create(Objects.requireNonNull(rows).flip(), shape, first.getDataType());
            stacked.setName(first.getName());
            batch.add(stacked);
        }
        return batch;
    }

    private static void checkShape(NDArray first, NDArray other) {
        if (!first.getShape().equals(other.getShape())) {
            throw new InvalidRowsException(
                    Problem.of(
                            "inputs of a row",
                            "those of the first row of the batch: " + first.getShape(),
                            other.getShape().toString(),
                            "give a batchifier that pads"));
        }
    }
}
