package io.github.djlcachex.tensor;

import java.nio.ByteBuffer;

/** Numbers of all types at places of little-endian buffers. */
final class Values {

    private static final int HALF_EXPONENT = 0x7c00;
    private static final int HALF_FRACTION = 0x3ff;
    private static final int HALF_FRACTION_BITS = 10;
    private static final int HALF_BIAS = 15;

    private Values() {}

    /** Returns the size of a number: half of an element that is a pair, a byte of a text. */
    static int width(TensorType type) {
        return switch (type) {
            case COMPLEX64, COMPLEX128 -> type.byteWidth() / 2;
            case STRING -> 1;
            default -> type.byteWidth();
        };
    }

    /** Returns the absolute difference of two numbers. */
    static double difference(TensorType type, ByteBuffer one, ByteBuffer other, int at) {
        return switch (type) {
            case FLOAT16 -> difference(half(one.getShort(at)), half(other.getShort(at)));
            case BFLOAT16 -> difference(upper(one.getShort(at)), upper(other.getShort(at)));
            case FLOAT32, COMPLEX64 -> difference(one.getFloat(at), other.getFloat(at));
            case FLOAT64, COMPLEX128 -> difference(one.getDouble(at), other.getDouble(at));
            case STRING -> one.get(at) == other.get(at) ? 0 : Double.POSITIVE_INFINITY;
            default -> wholeDifference(whole(type, one, at), whole(type, other, at), type);
        };
    }

    private static double difference(double one, double other) {
        if (Double.compare(one, other) == 0 || one == other) {
            return 0;
        }
        double difference = Math.abs(one - other);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    private static double wholeDifference(long one, long other, TensorType type) {
        if (one == other) {
            return 0;
        }
        boolean isLess =
                type == TensorType.UINT64 ? Long.compareUnsigned(one, other) < 0 : one < other;
        long difference = isLess ? other - one : one - other; // unsigned
        return difference >= 0 ? difference : 2.0 * (difference >>> 1);
    }

    private static long whole(TensorType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case INT8 -> bytes.get(at);
            case BOOLEAN, UINT8 -> Byte.toUnsignedLong(bytes.get(at));
            case INT16 -> bytes.getShort(at);
            case UINT16 -> Short.toUnsignedLong(bytes.getShort(at));
            case INT32 -> bytes.getInt(at);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
            default -> bytes.getLong(at);
        };
    }

    private static double upper(short bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }

    /** Java 17 has no call for it. */
    static double half(short bits) {
        int exponent = (bits & HALF_EXPONENT) >> HALF_FRACTION_BITS;
        int fraction = bits & HALF_FRACTION;
        double size;
        if (exponent == HALF_EXPONENT >> HALF_FRACTION_BITS) {
            size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            size = Math.scalb((double) fraction, 1 - HALF_BIAS - HALF_FRACTION_BITS);
        } else {
            size =
                    Math.scalb(
                            (double) (fraction + HALF_FRACTION + 1),
                            exponent - HALF_BIAS - HALF_FRACTION_BITS);
        }
        return bits < 0 ? -size : size;
    }
}
