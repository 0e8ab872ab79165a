package io.github.djlcachex.djl.internal.outputs;

import io.github.djlcachex.row.ElementType;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The types of numbers that Java and the cache both have. */
enum JavaNumber {
    FLOAT(float.class, Float.class, ElementType.FLOAT32) {
        @Override
        void put(Object array, ByteBuffer to) {
            to.asFloatBuffer().put((float[]) array);
        }

        @Override
        void get(ByteBuffer from, Object array) {
            from.asFloatBuffer().get((float[]) array);
        }
    },
    DOUBLE(double.class, Double.class, ElementType.FLOAT64) {
        @Override
        void put(Object array, ByteBuffer to) {
            to.asDoubleBuffer().put((double[]) array);
        }

        @Override
        void get(ByteBuffer from, Object array) {
            from.asDoubleBuffer().get((double[]) array);
        }
    },
    INT(int.class, Integer.class, ElementType.INT32) {
        @Override
        void put(Object array, ByteBuffer to) {
            to.asIntBuffer().put((int[]) array);
        }

        @Override
        void get(ByteBuffer from, Object array) {
            from.asIntBuffer().get((int[]) array);
        }
    },
    LONG(long.class, Long.class, ElementType.INT64) {
        @Override
        void put(Object array, ByteBuffer to) {
            to.asLongBuffer().put((long[]) array);
        }

        @Override
        void get(ByteBuffer from, Object array) {
            from.asLongBuffer().get((long[]) array);
        }
    },
    BYTE(byte.class, Byte.class, ElementType.INT8) {
        @Override
        void put(Object array, ByteBuffer to) {
            to.duplicate().put((byte[]) array);
        }

        @Override
        void get(ByteBuffer from, Object array) {
            from.duplicate().get((byte[]) array);
        }
    },
    BOOLEAN(boolean.class, Boolean.class, ElementType.BOOLEAN) {
        @Override
        void put(Object array, ByteBuffer to) {
            ByteBuffer bytes = to.duplicate();
            for (boolean value : (boolean[]) array) {
                bytes.put((byte) (value ? 1 : 0));
            }
        }

        @Override
        void get(ByteBuffer from, Object array) {
            boolean[] values = (boolean[]) array;
            for (int i = 0; i < values.length; i++) {
                values[i] = from.get(from.position() + i) != 0;
            }
        }
    };

    private final Class<?> primitive;
    private final Class<?> boxed;
    private final ElementType element;

    JavaNumber(Class<?> primitive, Class<?> boxed, ElementType element) {
        this.primitive = primitive;
        this.boxed = boxed;
        this.element = element;
    }

    /** Returns what a class is of, as the primitive type or the boxed one; null if neither. */
    static @Nullable JavaNumber of(Class<?> type) {
        return Arrays.stream(values())
                .filter(each -> each.primitive == type || each.boxed == type)
                .findFirst()
                .orElse(null);
    }

    Class<?> primitive() {
        return primitive;
    }

    Class<?> boxed() {
        return boxed;
    }

    ElementType element() {
        return element;
    }

    /** Copies an array of the primitive type to a buffer's position, little-endian as it is. */
    abstract void put(Object array, ByteBuffer to);

    /** Fills an array of the primitive type from a buffer's position. */
    abstract void get(ByteBuffer from, Object array);
}
