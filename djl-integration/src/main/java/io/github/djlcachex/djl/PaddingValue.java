package io.github.djlcachex.djl;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The value that rows of a column are padded with, as the bits of one element. */
final class PaddingValue {

    private static final long MAX_FINITE_FLOAT16 = 65_504;
    private static final int BFLOAT16_ROUNDING = 0x7FFF;

    private final ElementType type;
    private final long bits;
    private final byte[] bytes;

    private PaddingValue(ElementType type, long bits) {
        this.type = type;
        this.bits = bits;
        ByteBuffer all = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        this.bytes = new byte[type.byteWidth()];
        all.putLong(0, bits).get(0, bytes);
    }

    /**
     * Returns a value as an element of a column, rounded to the nearest if that has fractions.
     *
     * @throws InvalidOptionException if the column's type has no such value
     */
    static PaddingValue of(Number value, Column column) {
        ElementType type = column.type();
        double number = value.doubleValue();
        return switch (type) {
            case FLOAT64 -> new PaddingValue(type, Double.doubleToRawLongBits(number));
            case FLOAT32 -> {
                check(finite(number) == Float.isFinite((float) number), value, column);
                yield new PaddingValue(type, Float.floatToRawIntBits((float) number));
            }
            case FLOAT16 -> {
                check(!finite(number) || Math.abs(number) <= MAX_FINITE_FLOAT16, value, column);
                yield new PaddingValue(type, float16(number));
            }
            case BFLOAT16 -> {
                int bits = bfloat16((float) number);
                float rounded = Float.intBitsToFloat(bits << Short.SIZE);
                check(finite(number) == Float.isFinite(rounded), value, column);
                yield new PaddingValue(type, bits);
            }
            case BOOLEAN -> integer(value, column, 0, 1);
            case UINT8 -> integer(value, column, 0, 0xFF);
            case INT8 -> integer(value, column, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT32 -> integer(value, column, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64 -> integer(value, column, Long.MIN_VALUE, Long.MAX_VALUE);
        };
    }

    private static boolean finite(double number) {
        return Double.isFinite(number);
    }

    private static PaddingValue integer(Number value, Column column, long least, long most) {
        long integer = value.longValue();
        boolean isInteger = value instanceof Long || integer == value.doubleValue();
        check(isInteger && integer >= least && integer <= most, value, column);
        return new PaddingValue(column.type(), integer);
    }

    private static void check(boolean holds, Number value, Column column) {
        if (!holds) {
            throw new InvalidOptionException(
                    Problem.of(
                            "padding of output " + column,
                            "a value that " + column.type() + " has",
                            String.valueOf(value),
                            "declare another value"));
        }
    }

    /** Returns the bits of the nearest float16, the even one of two. */
    private static int float16(double value) {
        int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
        double size = Math.abs(value);
        if (!Double.isFinite(size)) {
            return sign | (Double.isNaN(size) ? 0x7E00 : 0x7C00);
        }
        int exponent = Math.max(Math.getExponent(size), -14);
        int steps = (int) Math.rint(Math.scalb(size, 10 - exponent)); // from 1024, if normal
        return sign | (((exponent + 14) << 10) + steps); // a carry enters the exponent
    }

    private static int bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (bits >>> Short.SIZE) | 0x40;
        }
        return (bits + BFLOAT16_ROUNDING + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE;
    }

    /** Returns the size of an element in bytes. */
    int width() {
        return bytes.length;
    }

    /** Writes the value into each element from an offset on. */
    void fill(ByteBuffer target, int offset, int length) {
        int done = Math.min(length, bytes.length);
        target.put(offset, bytes, 0, done);
        while (done < length) {
            int more = Math.min(done, length - done);
            target.put(offset + done, target, offset, more);
            done += more;
        }
    }

    /** Tells whether all elements of a range are the value. Zeros of both signs are one. */
    boolean fills(ByteBuffer source, int offset, int length) {
        for (int at = offset; at < offset + length; at += bytes.length) {
            if (!isAt(source, at)) {
                return false;
            }
        }
        return true;
    }

    private boolean isAt(ByteBuffer source, int at) {
        return switch (type) {
            case FLOAT32 -> same(source.getInt(at), bits, Integer.MIN_VALUE);
            case FLOAT64 -> same(source.getLong(at), bits, Long.MIN_VALUE);
            case FLOAT16, BFLOAT16 -> same(source.getShort(at), (short) bits, Short.MIN_VALUE);
            case INT32 -> source.getInt(at) == (int) bits;
            case INT64 -> source.getLong(at) == bits;
            case INT8, UINT8, BOOLEAN -> source.get(at) == (byte) bits;
        };
    }

    /** Tells whether two floating-point numbers have the same bits, or are zeros. */
    private static boolean same(long found, long value, long sign) {
        return found == value || ((found | value) & ~sign) == 0;
    }
}
