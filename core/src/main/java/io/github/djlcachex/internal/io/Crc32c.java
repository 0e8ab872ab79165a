package io.github.djlcachex.internal.io;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C over bytes in memory. Never give it a mapping: CRC32C over a file that is truncated kills
 * the JVM.
 */
public final class Crc32c {

    private Crc32c() {}

    /**
     * Computes the checksum of the remaining bytes of some buffers, one after the other.
     *
     * @param parts the buffers, whose positions stay as they are
     * @return the checksum
     */
    public static int of(ByteBuffer... parts) {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : parts) {
            crc.update(part.duplicate());
        }
        return (int) crc.getValue();
    }

    /**
     * Computes the checksum of an array.
     *
     * @param bytes the bytes
     * @return the checksum
     */
    public static int of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /**
     * Adds 4 bytes to a checksum, the lowest first, without a buffer.
     *
     * @param crc the checksum
     * @param value the value
     */
    public static void updateInt(CRC32C crc, int value) {
        crc.update(value);
        crc.update(value >>> 8);
        crc.update(value >>> 16);
        crc.update(value >>> 24);
    }
}
