package io.github.djlcachex.row;

import java.util.zip.CRC32C;

/** Little-endian integers fed to a CRC32C without a buffer of their own. */
final class Crc {

    private Crc() {}

    /** Adds 8 bytes, the lowest first. */
    static void updateLong(CRC32C crc, long value) {
        updateInt(crc, (int) value);
        updateInt(crc, (int) (value >>> 32));
    }

    /** Adds 4 bytes, the lowest first. */
    static void updateInt(CRC32C crc, int value) {
        crc.update(value);
        crc.update(value >>> 8);
        crc.update(value >>> 16);
        crc.update(value >>> 24);
    }
}
