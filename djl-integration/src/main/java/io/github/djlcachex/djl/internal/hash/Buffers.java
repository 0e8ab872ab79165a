package io.github.djlcachex.djl.internal.hash;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** Reads Java's arrays and buffers of numbers as bytes. */
public final class Buffers {

    private Buffers() {}

    /** Returns the whole contents of a buffer, whatever its position and limit. */
    public static ByteBuffer bytesOf(Buffer buffer) {
        Buffer all = buffer.duplicate().clear();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(all.capacity(), Long.BYTES));
        if (all instanceof ByteBuffer source) {
            bytes.put(source);
        } else if (all instanceof CharBuffer source) {
            bytes.asCharBuffer().put(source);
        } else if (all instanceof ShortBuffer source) {
            bytes.asShortBuffer().put(source);
        } else if (all instanceof IntBuffer source) {
            bytes.asIntBuffer().put(source);
        } else if (all instanceof LongBuffer source) {
            bytes.asLongBuffer().put(source);
        } else if (all instanceof FloatBuffer source) {
            bytes.asFloatBuffer().put(source);
        } else if (all instanceof DoubleBuffer source) {
            bytes.asDoubleBuffer().put(source);
        }
        return bytes.clear();
    }

    /** Returns the bytes of an array of numbers or truth values, big-endian. */
    public static ByteBuffer bytesOfArray(Object array) {
        int length = Array.getLength(array);
        if (array instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        int elementBytes = elementBytes(array.getClass().getComponentType());
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(length, elementBytes));
        if (array instanceof float[] values) {
            bytes.asFloatBuffer().put(values);
        } else if (array instanceof double[] values) {
            bytes.asDoubleBuffer().put(values);
        } else if (array instanceof int[] values) {
            bytes.asIntBuffer().put(values);
        } else if (array instanceof long[] values) {
            bytes.asLongBuffer().put(values);
        } else if (array instanceof short[] values) {
            bytes.asShortBuffer().put(values);
        } else if (array instanceof char[] values) {
            bytes.asCharBuffer().put(values);
        } else {
            for (boolean value : (boolean[]) array) {
                bytes.put((byte) (value ? 1 : 0));
            }
            bytes.clear();
        }
        return bytes;
    }

    private static int elementBytes(Class<?> type) {
        if (type == long.class || type == double.class) {
            return Long.BYTES;
        } else if (type == int.class || type == float.class) {
            return Integer.BYTES;
        }
        return type == boolean.class ? 1 : Short.BYTES;
    }
}
