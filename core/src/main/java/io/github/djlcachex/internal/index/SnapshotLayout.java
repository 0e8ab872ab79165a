package io.github.djlcachex.internal.index;

import io.github.djlcachex.internal.io.Crc32c;

import java.nio.ByteBuffer;

/**
 * The layout of an index snapshot's blocks, of 4 KiB each, little-endian.
 *
 * <pre>
 *    0 255 slots: int64 key hash, int64 address; address 0 ends a search
 * 4080 int32 crc32c of all other bytes
 * 4084 int32 1 if a key of this block went on to the next
 * 4088 int64 the block's mark: of this block in an index snapshot of these segments; never 0, since what
 *            was truncated reads as zeros
 * </pre>
 *
 * <p>A key's block and its first slot there follow from its mixed key hash. A search goes round the
 * block; when all slots are taken and the flag is set it goes on in the next block, at the same
 * slot. The last natural block may go on in blocks that follow it.
 */
final class SnapshotLayout {

    static final int BLOCK_BYTES = 4096;
    static final int SLOTS = 255;
    static final int CRC_AT = 4080;
    static final int OVERFLOW_AT = 4084;
    static final int TAG_AT = 4088;

    /** At this many entries a block, one in 10^13 blocks overflows. */
    static final int MEAN_ENTRIES = 158;

    private static final int SLOT_BYTES = 16;
    private static final long TAG = 0x6B636F6C_62786469L;

    private SnapshotLayout() {}

    static int keyWordAt(int slot) {
        return slot * SLOT_BYTES;
    }

    static int addressAt(int slot) {
        return slot * SLOT_BYTES + Long.BYTES;
    }

    static int nextSlot(int slot) {
        return slot + 1 == SLOTS ? 0 : slot + 1;
    }

    /** Spreads a key hash over all bits (the finalizer of SplitMix64). */
    static long mix(long keyHash, long seed) {
        long z = keyHash ^ seed;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** The block of a mixed key hash, among the natural ones. */
    static int block(long mixed, int homeBlocks) {
        return (int) (((mixed >>> 33) * homeBlocks) >>> 31);
    }

    static int firstSlot(long mixed) {
        return (int) (((mixed & 0xFFFF_FFFFL) * SLOTS) >>> 32);
    }

    /** The mark of a block in an index snapshot of segments with an identity. */
    static long blockTag(int block, long identity) {
        return (TAG ^ identity ^ block) | Long.MIN_VALUE;
    }

    /** The checksum of the block at an index of a heap buffer. */
    static int crc(ByteBuffer blocks, int at) {
        return Crc32c.of(
                blocks.slice(at, CRC_AT),
                blocks.slice(at + OVERFLOW_AT, BLOCK_BYTES - OVERFLOW_AT));
    }
}
