package io.github.djlcachex.tensor;

import io.github.djlcachex.row.Problem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The elements of a dense tensor that are not all zero bits, with their coordinates, and back. */
final class Coo {

    private Coo() {}

    /** Returns the indices and the values. */
    static List<Plane> planes(ByteBuffer dense, long[] shape, TensorType type) {
        int width = type.byteWidth();
        int count = 0;
        for (int at = 0; at < dense.capacity(); at += width) {
            count += isZero(dense, at, width) ? 0 : 1;
        }
        ByteBuffer values = room((long) count * width);
        ByteBuffer indices = room((long) count * shape.length * Long.BYTES);
        int element = 0;
        for (int at = 0; at < dense.capacity(); at += width) {
            if (!isZero(dense, at, width)) {
                values.put(values.position(), dense, at, width);
                values.position(values.position() + width);
                putIndices(indices, at / width, shape, element, count);
                element++;
            }
        }
        return List.of(Plane.of(TensorType.INT64, indices), Plane.of(type, values.flip().slice()));
    }

    private static ByteBuffer room(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new UnsupportedTensorException(
                    Problem.of(
                            "sparse array",
                            "at most " + Integer.MAX_VALUE + " bytes of indices",
                            bytes + " bytes",
                            "put it dense, or in parts"));
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean isZero(ByteBuffer bytes, int at, int width) {
        for (int i = at; i < at + width; i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static void putIndices(
            ByteBuffer indices, long place, long[] shape, int element, int count) {
        long rest = place;
        for (int dimension = shape.length - 1; dimension >= 0; dimension--) {
            indices.putLong((dimension * count + element) * Long.BYTES, rest % shape[dimension]);
            rest /= shape[dimension];
        }
    }

    /** Returns the indices of each dimension. */
    static long[][] indices(ByteBuffer bytes, int rank) {
        long[][] indices = new long[rank][bytes.capacity() / Long.BYTES / Math.max(1, rank)];
        var numbers = bytes.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        for (long[] dimension : indices) {
            numbers.get(dimension);
        }
        return indices;
    }

    /** Puts the values at their places of a dense tensor of zeros. */
    static void toDense(
            ByteBuffer indices, ByteBuffer values, long[] shape, int width, ByteBuffer dense) {
        for (int i = 0; i < dense.capacity(); i++) {
            dense.put(i, (byte) 0);
        }
        long[][] places = indices(indices, shape.length);
        for (int element = 0; element < values.capacity() / width; element++) {
            long place = 0;
            for (int dimension = 0; dimension < shape.length; dimension++) {
                place = place * shape[dimension] + places[dimension][element];
            }
            dense.put((int) (place * width), values, element * width, width);
        }
    }
}
