package io.github.djlcachex.testing;

import io.github.djlcachex.row.Keys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Strings with one 64-bit hash: their second eight bytes undo the difference that the first eight
 * made. It knows how the cache hashes, and says so if that has changed.
 */
public final class Collisions {

    private static final long MULTIPLIER_1 = 0x9E3779B97F4A7C15L;
    private static final long MULTIPLIER_2 = 0xC2B2AE3D27D4EB4FL;

    private Collisions() {}

    /** Some 16-byte strings that have one hash under a seed. */
    public static List<String> of(long seed, int count) {
        long start = seed ^ "0000000088888888".length() * MULTIPLIER_2;
        long common = fold(start ^ word("00000000")) ^ word("88888888");
        List<String> found = new ArrayList<>();
        for (int i = 0; found.size() < count; i++) {
            String first = String.format(Locale.ROOT, "%08d", i);
            ByteBuffer second =
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(0, fold(start ^ word(first)) ^ common);
            if (isPlain(second.array())) {
                found.add(first + new String(second.array(), StandardCharsets.US_ASCII));
            }
        }
        long hash = Keys.of(found.get(0)).hash(0, seed);
        for (String key : found) {
            if (Keys.of(key).hash(0, seed) != hash) {
                throw new AssertionError("the hash has changed: find collisions another way");
            }
        }
        return found;
    }

    private static boolean isPlain(byte[] bytes) {
        for (byte b : bytes) {
            if (b <= 0) {
                return false;
            }
        }
        return true;
    }

    private static long word(String eight) {
        return ByteBuffer.wrap(eight.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    private static long fold(long value) {
        long low = value * MULTIPLIER_1;
        return low ^ Math.multiplyHigh(value, MULTIPLIER_1) ^ low >>> 29;
    }
}
