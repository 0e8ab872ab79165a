package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.row.Problem;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** Reads and writes the values of a FLOAT32 or FLOAT64 array in double precision. */
abstract sealed class FloatRows {

    abstract double get(int index);

    abstract void put(int index, double value);

    /** Adds values to the sums, as many as there are sums. */
    abstract void addTo(double[] sums, int from);

    /**
     * Returns the values of an array.
     *
     * @throws UnsupportedOutputException if it is of another type
     */
    static FloatRows of(String subject, NDArray array) {
        DataType type = ArrayTypes.of(array);
        if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            subject,
                            "FLOAT32 or FLOAT64",
                            ArrayTypes.nameOf(array),
                            "cast it inside the extractor, or pool by a function of your own"));
        }
        return of(ComputedRows.bytesOf(array, 0), type);
    }

    static FloatRows of(ByteBuffer bytes, DataType type) {
        return type == DataType.FLOAT32
                ? new Floats(bytes.asFloatBuffer())
                : new Doubles(bytes.asDoubleBuffer());
    }

    private static final class Floats extends FloatRows {

        private final FloatBuffer values;

        Floats(FloatBuffer values) {
            this.values = values;
        }

        @Override
        double get(int index) {
            return values.get(index);
        }

        @Override
        void put(int index, double value) {
            values.put(index, (float) value);
        }

        @Override
        void addTo(double[] sums, int from) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values.get(from + i);
            }
        }
    }

    private static final class Doubles extends FloatRows {

        private final DoubleBuffer values;

        Doubles(DoubleBuffer values) {
            this.values = values;
        }

        @Override
        double get(int index) {
            return values.get(index);
        }

        @Override
        void put(int index, double value) {
            values.put(index, value);
        }

        @Override
        void addTo(double[] sums, int from) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values.get(from + i);
            }
        }
    }
}
