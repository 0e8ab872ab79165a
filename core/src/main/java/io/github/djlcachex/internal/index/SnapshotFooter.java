package io.github.djlcachex.internal.index;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.KeyType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The last 64 bytes of an index snapshot, little-endian.
 *
 * <pre>
 *  0 magic "DJLCXIDX"       8 int32 version          12 int32 key type
 * 16 int64 hash seed       24 int32 natural blocks   28 int32 all blocks
 * 32 int64 entries         40 int32 table bytes      44 int32 table crc32c
 * 48 12 zeros              60 int32 crc32c of the bytes before
 * </pre>
 *
 * @param keyType the type of the keys
 * @param hashSeed the seed of the contract, which belongs to one generation
 * @param homeBlocks the number of blocks that key hashs are spread over
 * @param blocks the number of blocks, with those that only take what did not fit
 * @param entries the number of entries
 * @param tableBytes the size of the table of segments
 * @param tableCrc its checksum
 */
record SnapshotFooter(
        KeyType keyType,
        long hashSeed,
        int homeBlocks,
        int blocks,
        long entries,
        int tableBytes,
        int tableCrc) {

    static final int BYTES = 64;

    private static final long MAGIC = 0x5844495843_4C4A44L; // "DJLCXIDX"
    private static final int VERSION = 1;
    private static final int CRC_AT = BYTES - Integer.BYTES;

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    ByteBuffer encode() {
        ByteBuffer bytes = allocate(BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(code(keyType)).putLong(hashSeed);
        bytes.putInt(homeBlocks).putInt(blocks).putLong(entries);
        bytes.putInt(tableBytes).putInt(tableCrc);
        bytes.putInt(CRC_AT, Crc32c.of(bytes.slice(0, CRC_AT)));
        return bytes.rewind();
    }

    /**
     * Reads a footer.
     *
     * @throws IllegalArgumentException if it is none, or of another version
     */
    static SnapshotFooter decode(ByteBuffer bytes) {
        if (bytes.getInt(CRC_AT) != Crc32c.of(bytes.slice(0, CRC_AT))) {
            throw new IllegalArgumentException("another checksum of the footer");
        }
        if (bytes.getLong() != MAGIC || bytes.getInt() != VERSION) {
            throw new IllegalArgumentException("another version");
        }
        return new SnapshotFooter(
                keyType(bytes.getInt()),
                bytes.getLong(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getLong(),
                bytes.getInt(),
                bytes.getInt());
    }

    private static int code(KeyType keyType) {
        return switch (keyType) {
            case INT64 -> 0;
            case UTF8 -> 1;
        };
    }

    private static KeyType keyType(int code) {
        return switch (code) {
            case 0 -> KeyType.INT64;
            case 1 -> KeyType.UTF8;
            default -> throw new IllegalArgumentException("key type " + code);
        };
    }

    /** The size of the whole file. */
    long fileBytes() {
        return (long) blocks * SnapshotLayout.BLOCK_BYTES + tableBytes + BYTES;
    }
}
