package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.StringKeys;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Converts ids to arrays and back: INT64 {@code [N]}, or UINT8 {@code [N, L]} with UTF-8 that is
 * padded with zeros to the longest id of the batch.
 *
 * <p>Arrays of strings are not used, since PyTorch crashes the JVM on them.
 */
final class IdArrays {

    private static final String EXPECTED =
            "INT64 of shape (N), or UINT8 of shape (N, L) with zero-padded UTF-8";

    private IdArrays() {}

    /** Returns the ids as an array of the manager with the reserved name. */
    static NDArray encode(NDManager manager, Keys keys) {
        ArrayBuilder array =
                keys instanceof StringKeys strings
                        ? encodeStrings(manager, strings)
                        : encodeLongs(manager, (LongKeys) keys);
        return array.finish(CacheIds.NAME);
    }

    private static ArrayBuilder encodeLongs(NDManager manager, LongKeys keys) {
        ArrayBuilder array = create(manager, new Shape(keys.size()), DataType.INT64);
        array.buffer().asLongBuffer().put(keys.toArray());
        return array;
    }

    private static ArrayBuilder encodeStrings(NDManager manager, StringKeys keys) {
        int longest = 1;
        for (int i = 0; i < keys.size(); i++) {
            longest = Math.max(longest, keys.byteLength(i));
        }
        byte[] padded = new byte[Math.multiplyExact(keys.size(), longest)];
        for (int i = 0; i < keys.size(); i++) {
            keys.copyUtf8(i, padded, i * longest);
        }
        ArrayBuilder array = create(manager, new Shape(keys.size(), longest), DataType.UINT8);
        array.buffer().put(0, padded);
        return array;
    }

    private static ArrayBuilder create(NDManager manager, Shape shape, DataType type) {
        return ArrayBuilder.create("ids", manager, manager.getDevice(), shape, type);
    }

    /**
     * Returns the ids in an array.
     *
     * @throws InvalidIdsException if the array is of another type or shape
     */
    static Keys decode(NDArray array) {
        DataType type = array.getDataType();
        int rank = array.getShape().dimension();
        if (type == DataType.INT64 && rank == 1) {
            return array.getShape().get(0) == 0
                    ? Keys.of(new long[0])
                    : Keys.of(array.toLongArray());
        }
        if (type == DataType.UINT8 && rank == 2) {
            return decodeStrings(array);
        }
        throw new InvalidIdsException(
                Problem.of(
                        "ids array",
                        EXPECTED,
                        type.name() + " of shape " + array.getShape(),
                        "make it with CacheIds.attach, or point optIdInput to the right input"));
    }

    private static Keys decodeStrings(NDArray array) {
        int rows = Math.toIntExact(array.getShape().get(0));
        int width = Math.toIntExact(array.getShape().get(1));
        byte[] padded = new byte[Math.multiplyExact(rows, width)];
        if (padded.length > 0) {
            ByteBuffer bytes = array.toByteBuffer();
            bytes.get(padded);
        }
        int[] ends = new int[rows];
        int end = 0;
        for (int i = 0; i < rows; i++) {
            int length = unpaddedLength(padded, i, width);
            // the target never overtakes the source, so the ids are moved in place
            System.arraycopy(padded, i * width, padded, end, length);
            end += length;
            ends[i] = end;
        }
        return StringKeys.ofUtf8(Arrays.copyOf(padded, end), ends);
    }

    private static int unpaddedLength(byte[] padded, int row, int width) {
        int length = width;
        while (length > 0 && padded[row * width + length - 1] == 0) {
            length--;
        }
        return length;
    }
}
