package io.github.djlcachex.row;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * HalfPrecision converts between single-precision numbers and the bits of the two 16-bit types:
 * IEEE 754 half precision (FLOAT16) and the upper half of single precision (BFLOAT16).
 *
 * <p>Narrowing rounds to nearest, ties to even. What is too large becomes an infinity, infinities
 * and signed zeros stay, subnormal numbers are exact where the type has them, and a NaN stays a
 * NaN, quiet, with the upper bits of its payload. Widening is exact. Stateless, safe for use by
 * many threads.
 */
public final class HalfPrecision {

    /** The largest finite number of FLOAT16. */
    public static final float MAX_FLOAT16 = 65504;

    private static final int SIGN = 0x8000;
    private static final int INFINITY_32 = 0x7f80_0000;
    private static final int QUIET_32 = 0x0040_0000;
    private static final int INFINITY_16 = 0x7c00;
    private static final int QUIET_16 = 0x0200;
    private static final int MIN_NORMAL_16 = 0x0400;

    /** The difference of the two biases of the exponent, where single precision has it. */
    private static final int REBIAS = (127 - 15) << 23;

    /** So many numbers at once go through arrays on their way between buffers. */
    private static final int CHUNK = 1024;

    /*
     * The processor's own conversions, which Java has since 20 and the same in the interpreter since
     * 21. C2 inlines a constant handle, and makes vector instructions of the loops below.
     */
    private static final MethodHandle NARROW =
            conversion("floatToFloat16", "narrow", short.class, float.class);
    private static final MethodHandle WIDEN =
            conversion("float16ToFloat", "widen", float.class, short.class);

    private HalfPrecision() {}

    private static MethodHandle conversion(
            String ofJava, String own, Class<?> result, Class<?> argument) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodType type = MethodType.methodType(result, argument);
        try {
            return Runtime.version().feature() > 20
                    ? lookup.findStatic(Float.class, ofJava, type)
                    : lookup.findStatic(HalfPrecision.class, own, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Returns the bits of the FLOAT16 that is nearest to a number.
     *
     * @param value the number
     * @return the bits
     */
    public static short toFloat16(float value) {
        try {
            return (short) NARROW.invokeExact(value);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // the conversion throws nothing
        }
    }

    /**
     * Returns the bits of the FLOAT16 that is nearest to a double-precision number, which is not
     * the one that is nearest to its single-precision number.
     *
     * @param value the number
     * @return the bits
     */
    public static short toFloat16(double value) {
        return toFloat16(toOdd(value));
    }

    /**
     * Returns the bits of the BFLOAT16 that is nearest to a double-precision number, which is not
     * the one that is nearest to its single-precision number.
     *
     * @param value the number
     * @return the bits
     */
    public static short toBfloat16(double value) {
        return toBfloat16(toOdd(value));
    }

    /**
     * Rounds to odd: of the two single-precision numbers around another one the one whose last bit
     * is set. So a number beside the middle of two of 16 bits stays beside it, and is rounded to
     * nearest once. See Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums".
     */
    private static float toOdd(double value) {
        float nearest = (float) value;
        boolean isOdd = (Float.floatToRawIntBits(nearest) & 1) != 0;
        if (isOdd || nearest == value || Double.isNaN(value)) {
            return nearest;
        }
        return nearest < value ? Math.nextUp(nearest) : Math.nextDown(nearest);
    }

    /**
     * Returns the number that a FLOAT16 is.
     *
     * @param bits its bits
     * @return the number
     */
    public static float fromFloat16(short bits) {
        try {
            return (float) WIDEN.invokeExact(bits);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // the conversion throws nothing
        }
    }

    /**
     * Returns the bits of the BFLOAT16 that is nearest to a number.
     *
     * @param value the number
     * @return the bits
     */
    public static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + 0x7fff + ((bits >>> 16) & 1);
        int nan = (INFINITY_32 - (bits & 0x7fff_ffff)) >> 31; // all ones for a NaN
        return (short) (((rounded & ~nan) | ((bits | QUIET_32) & nan)) >>> 16);
    }

    /**
     * Returns the number that a BFLOAT16 is.
     *
     * @param bits its bits
     * @return the number
     */
    public static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /**
     * Narrows numbers to FLOAT16.
     *
     * @param values the numbers
     * @param bits the array to fill from its start
     * @param count how many of them
     * @throws IndexOutOfBoundsException if an array is shorter
     */
    public static void toFloat16(float[] values, short[] bits, int count) {
        for (int i = 0; i < count; i++) {
            bits[i] = toFloat16(values[i]);
        }
    }

    /**
     * Widens FLOAT16.
     *
     * @param bits the bits
     * @param values the array to fill from its start
     * @param count how many of them
     * @throws IndexOutOfBoundsException if an array is shorter
     */
    public static void fromFloat16(short[] bits, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = fromFloat16(bits[i]);
        }
    }

    /**
     * Narrows numbers to BFLOAT16.
     *
     * @param values the numbers
     * @param bits the array to fill from its start
     * @param count how many of them
     * @throws IndexOutOfBoundsException if an array is shorter
     */
    public static void toBfloat16(float[] values, short[] bits, int count) {
        for (int i = 0; i < count; i++) {
            bits[i] = toBfloat16(values[i]);
        }
    }

    /**
     * Widens BFLOAT16.
     *
     * @param bits the bits
     * @param values the array to fill from its start
     * @param count how many of them
     * @throws IndexOutOfBoundsException if an array is shorter
     */
    public static void fromBfloat16(short[] bits, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = fromBfloat16(bits[i]);
        }
    }

    /**
     * Narrows what remains of a buffer to FLOAT16, and advances both buffers.
     *
     * @param values the numbers
     * @param bits the buffer to fill
     * @throws java.nio.BufferOverflowException if it has no room for all of them
     */
    public static void toFloat16(FloatBuffer values, ShortBuffer bits) {
        narrow(values, bits, HalfPrecision::toFloat16);
    }

    /**
     * Widens what remains of a buffer from FLOAT16, and advances both buffers.
     *
     * @param bits the bits
     * @param values the buffer to fill
     * @throws java.nio.BufferOverflowException if it has no room for all of them
     */
    public static void fromFloat16(ShortBuffer bits, FloatBuffer values) {
        widen(bits, values, HalfPrecision::fromFloat16);
    }

    /**
     * Narrows what remains of a buffer to BFLOAT16, and advances both buffers.
     *
     * @param values the numbers
     * @param bits the buffer to fill
     * @throws java.nio.BufferOverflowException if it has no room for all of them
     */
    public static void toBfloat16(FloatBuffer values, ShortBuffer bits) {
        narrow(values, bits, HalfPrecision::toBfloat16);
    }

    /**
     * Widens what remains of a buffer from BFLOAT16, and advances both buffers.
     *
     * @param bits the bits
     * @param values the buffer to fill
     * @throws java.nio.BufferOverflowException if it has no room for all of them
     */
    public static void fromBfloat16(ShortBuffer bits, FloatBuffer values) {
        widen(bits, values, HalfPrecision::fromBfloat16);
    }

    private interface Narrowing {
        void narrow(float[] values, short[] bits, int count);
    }

    private interface Widening {
        void widen(short[] bits, float[] values, int count);
    }

    private static void narrow(FloatBuffer values, ShortBuffer bits, Narrowing narrowing) {
        float[] wide = new float[Math.min(CHUNK, values.remaining())];
        short[] narrow = new short[wide.length];
        while (values.hasRemaining()) {
            int count = Math.min(wide.length, values.remaining());
            values.get(wide, 0, count);
            narrowing.narrow(wide, narrow, count);
            bits.put(narrow, 0, count);
        }
    }

    private static void widen(ShortBuffer bits, FloatBuffer values, Widening widening) {
        short[] narrow = new short[Math.min(CHUNK, bits.remaining())];
        float[] wide = new float[narrow.length];
        while (bits.hasRemaining()) {
            int count = Math.min(narrow.length, bits.remaining());
            bits.get(narrow, 0, count);
            widening.widen(narrow, wide, count);
            values.put(wide, 0, count);
        }
    }

    /** What {@code Float.floatToFloat16} does, for a Java that has it not. */
    static short narrow(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & SIGN;
        int magnitude = bits & 0x7fff_ffff;
        if (magnitude >= INFINITY_32) {
            int payload = magnitude == INFINITY_32 ? 0 : QUIET_16 | ((magnitude >>> 13) & 0x3ff);
            return (short) (sign | INFINITY_16 | payload);
        }
        if (magnitude >= REBIAS + (31 << 23)) {
            return (short) (sign | INFINITY_16);
        }
        if (magnitude < REBIAS + (1 << 23)) {
            // the last bit of a sum in [0.5, 1) is 2^-24, as that of a subnormal FLOAT16
            float sum = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | (Float.floatToRawIntBits(sum) - Float.floatToRawIntBits(0.5f)));
        }
        int rounded = magnitude - REBIAS + 0xfff + ((magnitude >>> 13) & 1);
        return (short) (sign | (rounded >>> 13));
    }

    /** What {@code Float.float16ToFloat} does, for a Java that has it not. */
    static float widen(short half) {
        int sign = (half & SIGN) << 16;
        int magnitude = half & 0x7fff;
        int bits;
        if (magnitude >= INFINITY_16) {
            bits = (magnitude << 13) | INFINITY_32 | (magnitude == INFINITY_16 ? 0 : QUIET_32);
        } else if (magnitude >= MIN_NORMAL_16) {
            bits = (magnitude << 13) + REBIAS;
        } else {
            bits = Float.floatToRawIntBits(magnitude * 0x1p-24f);
        }
        return Float.intBitsToFloat(sign | bits);
    }
}
