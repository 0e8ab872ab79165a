package io.github.djlcachex.djl.internal.outputs;

import io.github.djlcachex.row.ElementType;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The number types that Java and the cache have in common. */
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

    /** Returns the type of a primitive or boxed class, or null for other classes. */
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

    /** Copies a primitive array to a little-endian buffer, from its position. */
    abstract void put(Object array, ByteBuffer to);

    /** Fills a primitive array from a little-endian buffer, from its position. */
    abstract void get(ByteBuffer from, Object array);
}
