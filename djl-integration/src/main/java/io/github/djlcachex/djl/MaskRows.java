package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Problem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A mask of shape {@code (N, T)}. Zeros mark tokens that are padding.
 *
 * @param bytes its values
 * @param length T
 * @param valueBytes the bytes of a value
 * @param lastBits the bits of a value's last byte that make it more than zero: all but a sign
 */
record MaskRows(ByteBuffer bytes, int length, int valueBytes, int lastBits) {

    /**
     * Returns a mask.
     *
     * @param tokens the shape of what it is for, whose first two dimensions are N and T
     * @throws UnsupportedInputException if it is of another shape, or of a type without zero
     */
    static MaskRows of(NDArray mask, Shape tokens) {
        Shape shape = mask.getShape();
        DataType type = ArrayTypes.orUnknown(mask);
        boolean fits =
                shape.dimension() == 2
                        && tokens.dimension() >= 2
                        && shape.get(0) == tokens.get(0)
                        && shape.get(1) == tokens.get(1);
        if (!fits || !ElementTypes.isSupported(type)) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "mask",
                            "an array of numbers or booleans of shape (N, T), for tokens of shape "
                                    + tokens,
                            ArrayTypes.nameOf(mask) + " of shape " + shape,
                            "name the input that says which tokens count"));
        }
        int length = Math.toIntExact(shape.get(1));
        ByteBuffer bytes = shape.size() == 0 ? ByteBuffer.allocate(0) : mask.toByteBuffer().slice();
        return new MaskRows(
                bytes.order(ByteOrder.LITTLE_ENDIAN),
                length,
                type.getNumOfBytes(),
                type.isFloating() ? 0x7F : 0xFF);
    }

    /** Tells whether a token is not padding. */
    boolean counts(int row, int token) {
        int at = (row * length + token) * valueBytes;
        for (int i = 0; i < valueBytes; i++) {
            int bits = i == valueBytes - 1 ? lastBits : 0xFF;
            if ((bytes.get(at + i) & bits) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether there is such a row. */
    boolean has(int row) {
        return (row + 1L) * length * valueBytes <= bytes.capacity();
    }

    /** Returns the number of tokens up to the last one that is not padding. */
    int lengthOf(int row) {
        int end = length;
        while (end > 0 && !counts(row, end - 1)) {
            end--;
        }
        return end;
    }
}
