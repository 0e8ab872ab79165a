package io.github.djlcachex.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A seeded 64-bit hash of bytes: eight at a time, multiplied and folded.
 *
 * <p>It only spreads keys over a table; two keys with one hash are told apart by their bytes.
 */
final class Utf8Hash {

    private static final long MULTIPLIER_1 = 0x9E3779B97F4A7C15L;
    private static final long MULTIPLIER_2 = 0xC2B2AE3D27D4EB4FL;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Utf8Hash() {}

    static long hash(byte[] bytes, int from, int to, long seed) {
        long h = seed ^ (to - from) * MULTIPLIER_2;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            h = fold(h ^ (long) LONG.get(bytes, i));
        }
        long tail = 0;
        for (; i < to; i++) {
            tail = tail << 8 | (bytes[i] & 0xFF);
        }
        return fold(fold(h ^ tail) + MULTIPLIER_2);
    }

    private static long fold(long value) {
        long low = value * MULTIPLIER_1;
        return low ^ Math.multiplyHigh(value, MULTIPLIER_1) ^ (low >>> 29);
    }
}
