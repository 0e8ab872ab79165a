package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Pads an input to the longest row of its batch.
 *
 * @param axis the axis that is padded, from 1
 * @param value the value of the padding
 */
record Padding(int axis, Number value) {

    Padding {
        if (axis < 1) {
            throw new InvalidOptionException(
                    Problem.of(
                            "padding",
                            "an axis from 1",
                            "axis " + axis,
                            "axis 0 is that of the rows"));
        }
    }

    /** Returns the length of the padded axis. */
    int length(NDArray input) {
        return Math.toIntExact(input.getShape().get(axis));
    }

    /** Returns an input with more padding, as an array of the manager with the same name. */
    NDArray pad(NDManager manager, NDArray input, int more) {
        DataType type = ArrayTypes.orUnknown(input);
        long[] dimensions =
                input.getShape().getShape().clone(); // getShape() returns the shape's own array
        ByteBuffer source = input.toByteBuffer();
        int pieces =
                Math.toIntExact(Arrays.stream(dimensions, 0, axis).reduce(1, Math::multiplyExact));
        int pieceBytes = source.remaining() / pieces;
        ByteBuffer filling = filling(type, pieceBytes / length(input) * more);
        dimensions[axis] += more;
        ArrayBuilder padded =
                ArrayBuilder.create(
                        "input", manager, input.getDevice(), new Shape(dimensions), type);
        int start = source.position();
        int at = 0;
        for (int i = 0; i < pieces; i++) {
            padded.buffer().put(at, source, start + i * pieceBytes, pieceBytes);
            padded.buffer().put(at + pieceBytes, filling, 0, filling.capacity());
            at += pieceBytes + filling.capacity();
        }
        return padded.finish(input.getName());
    }

    private ByteBuffer filling(DataType type, int bytes) {
        ByteBuffer filling = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (filling.hasRemaining()) {
            switch (type) {
                case FLOAT32 -> filling.putFloat(value.floatValue());
                case FLOAT64 -> filling.putDouble(value.doubleValue());
                case INT64 -> filling.putLong(value.longValue());
                case INT32 -> filling.putInt(value.intValue());
                case INT8, UINT8, BOOLEAN -> filling.put(value.byteValue());
                default ->
                        throw new UnsupportedInputException(
                                Problem.of(
                                        "padded input",
                                        "FLOAT32, FLOAT64, INT64, INT32, INT8, UINT8 or BOOLEAN",
                                        type.name(),
                                        "convert the input with toType"));
            }
        }
        return filling;
    }
}
