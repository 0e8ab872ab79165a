package io.github.djlcachex.internal.check;

import java.nio.ByteBuffer;

/** A Pattern is bytes that a file of the check holds, and that are known without it. */
final class Pattern {

    private static final int STEP = 31;

    private Pattern() {}

    /** Returns bytes that differ from those of another seed. */
    static byte[] bytes(int size, int seed) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * STEP + seed);
        }
        return bytes;
    }

    /** Tells whether these are the bytes of the size and a seed, the first byte. */
    static boolean isWhole(byte[] found, int size) {
        return found.length == size
                && ByteBuffer.wrap(found).equals(ByteBuffer.wrap(bytes(size, found[0])));
    }
}
