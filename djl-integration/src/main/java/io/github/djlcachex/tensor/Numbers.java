package io.github.djlcachex.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers of 64 bits in 32 bits, and back. */
final class Numbers {

    /** A piece of this many bytes is looked at, or converted, at a time. */
    private static final int PIECE = 1 << 20;

    private Numbers() {}

    /** Returns the type in which the numbers of a plane are stored. */
    static TensorType storedType(Plane plane, Narrowing narrowing) {
        TensorType smaller = smaller(plane.type());
        if (narrowing == Narrowing.NONE || smaller == plane.type()) {
            return plane.type();
        }
        for (long at = 0; at < plane.size(); at += PIECE) {
            int length = (int) Math.min(PIECE, plane.size() - at);
            if (!fit(plane.bytes().slice(at, length), plane.type(), narrowing)) {
                return plane.type();
            }
        }
        return smaller;
    }

    private static TensorType smaller(TensorType type) {
        return switch (type) {
            case FLOAT64 -> TensorType.FLOAT32;
            case INT64 -> TensorType.INT32;
            default -> type;
        };
    }

    private static boolean fit(ByteBuffer numbers, TensorType type, Narrowing narrowing) {
        for (int i = 0; i < numbers.limit(); i += Long.BYTES) {
            long bits = numbers.getLong(i);
            boolean fits =
                    type == TensorType.INT64
                            ? bits == (int) bits
                            : fits(Double.longBitsToDouble(bits), bits, narrowing);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean fits(double number, long bits, Narrowing narrowing) {
        float narrow = (float) number;
        return narrowing == Narrowing.EXACT
                ? Double.doubleToRawLongBits(narrow) == bits
                : Float.isInfinite(narrow) == Double.isInfinite(number);
    }

    static ByteBuffer narrow(ByteBuffer numbers, TensorType type) {
        int count = numbers.limit() / Long.BYTES;
        ByteBuffer narrow =
                ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            if (type == TensorType.INT64) {
                narrow.putInt((int) numbers.getLong(i * Long.BYTES));
            } else {
                narrow.putFloat((float) numbers.getDouble(i * Long.BYTES));
            }
        }
        return narrow.flip();
    }

    static void widen(ByteBuffer narrow, TensorType type, ByteBuffer into) {
        for (int i = 0; i < narrow.limit() / Integer.BYTES; i++) {
            if (type == TensorType.INT64) {
                into.putLong(i * Long.BYTES, narrow.getInt(i * Integer.BYTES));
            } else {
                into.putDouble(i * Long.BYTES, narrow.getFloat(i * Integer.BYTES));
            }
        }
    }
}
