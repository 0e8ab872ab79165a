package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.HalfPrecision;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Precision converts the numbers of a FLOAT32 column to the type that is stored, and back.
 *
 * <p>Numbers go through small arrays, over which C2 makes vector instructions of the loops; over
 * buffers of either kind it does not.
 */
final class Precision {

    private static final float LEVELS = 127;

    /** Below it the scale would be subnormal, and a product with it not exact. */
    private static final float MIN_SCALED = 0x1p-119f;

    /** A scale has 17 bits, so that its product with a level of 7 bits is exact. */
    private static final int UNUSED_SCALE_BITS = (1 << 7) - 1;

    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int INFINITY = 0x7f80_0000;

    /** Added to a number below 2^22 it leaves the nearest integer in the last bits. */
    private static final float ROUNDING = 0x1.8p23f;

    private Precision() {}

    /**
     * Narrows one row to FLOAT16 or BFLOAT16.
     *
     * @return false if a finite number is out of the type's range
     */
    static boolean narrow(
            ElementType type,
            FloatBuffer values,
            int from,
            int count,
            ShortBuffer stored,
            Scratch scratch) {
        boolean fits = true;
        for (int done = 0; done < count; done += Scratch.CHUNK) {
            int chunk = Math.min(Scratch.CHUNK, count - done);
            values.get(from + done, scratch.values, 0, chunk);
            if (type == ElementType.FLOAT16) {
                HalfPrecision.toFloat16(scratch.values, scratch.halves, chunk);
                fits &= isInRange(scratch, chunk, 0x7c00);
            } else {
                HalfPrecision.toBfloat16(scratch.values, scratch.halves, chunk);
                fits &= isInRange(scratch, chunk, 0x7f80);
            }
            stored.put(from + done, scratch.halves, 0, chunk);
        }
        return fits;
    }

    private static boolean isInRange(Scratch scratch, int count, int infinity) {
        int overflows = 0;
        for (int i = 0; i < count; i++) {
            if ((scratch.halves[i] & 0x7fff) == infinity && !Float.isInfinite(scratch.values[i])) {
                overflows++;
            }
        }
        return overflows == 0;
    }

    /** Widens rows that follow each other from FLOAT16 or BFLOAT16. */
    static void widen(
            ElementType type,
            ShortBuffer stored,
            int from,
            int count,
            FloatBuffer values,
            Scratch scratch) {
        for (int done = 0; done < count; done += Scratch.CHUNK) {
            int chunk = Math.min(Scratch.CHUNK, count - done);
            stored.get(from + done, scratch.halves, 0, chunk);
            if (type == ElementType.FLOAT16) {
                HalfPrecision.fromFloat16(scratch.halves, scratch.values, chunk);
            } else {
                HalfPrecision.fromBfloat16(scratch.halves, scratch.values, chunk);
            }
            values.put(from + done, scratch.values, 0, chunk);
        }
    }

    /**
     * Returns the scale of one row of INT8, or a NaN if a number in it is not finite.
     *
     * @param values the column
     * @param from the number of the row's first element
     * @param count the number of its elements
     */
    static float scale(FloatBuffer values, int from, int count, Scratch scratch) {
        int greatest = 0;
        for (int done = 0; done < count; done += Scratch.CHUNK) {
            int chunk = Math.min(Scratch.CHUNK, count - done);
            values.get(from + done, scratch.values, 0, chunk);
            for (int i = 0; i < chunk; i++) {
                int magnitude = Float.floatToRawIntBits(scratch.values[i]) & MAGNITUDE;
                greatest = Math.max(greatest, magnitude);
            }
        }
        return greatest >= INFINITY ? Float.NaN : scaleOf(Float.intBitsToFloat(greatest));
    }

    private static float scaleOf(float greatest) {
        if (greatest < MIN_SCALED) {
            return 0;
        }
        int bits = Float.floatToRawIntBits(greatest / LEVELS);
        float above = Float.intBitsToFloat((bits + UNUSED_SCALE_BITS) & ~UNUSED_SCALE_BITS);
        boolean finite = above * LEVELS < Float.POSITIVE_INFINITY;
        return finite ? above : Float.intBitsToFloat(bits & ~UNUSED_SCALE_BITS);
    }

    /** Narrows one row to INT8 by its scale. */
    static void narrow(
            FloatBuffer values,
            int from,
            int count,
            float scale,
            ByteBuffer stored,
            Scratch scratch) {
        float levelsOfOne = scale == 0 ? 0 : 1 / scale;
        for (int done = 0; done < count; done += Scratch.CHUNK) {
            int chunk = Math.min(Scratch.CHUNK, count - done);
            values.get(from + done, scratch.values, 0, chunk);
            for (int i = 0; i < chunk; i++) {
                float level = scratch.values[i] * levelsOfOne + ROUNDING - ROUNDING;
                scratch.bytes[i] = (byte) level;
            }
            stored.put(from + done, scratch.bytes, 0, chunk);
        }
    }

    /** Widens one row of INT8 by its scale. */
    static void widen(
            ByteBuffer stored,
            int from,
            int count,
            float scale,
            FloatBuffer values,
            Scratch scratch) {
        for (int done = 0; done < count; done += Scratch.CHUNK) {
            int chunk = Math.min(Scratch.CHUNK, count - done);
            stored.get(from + done, scratch.bytes, 0, chunk);
            for (int i = 0; i < chunk; i++) {
                scratch.values[i] = scratch.bytes[i] * scale;
            }
            values.put(from + done, scratch.values, 0, chunk);
        }
    }
}
