package io.github.djlcachex.internal.index;

import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.io.AtomicBits;
import io.github.djlcachex.internal.io.Mappings;
import io.github.djlcachex.internal.io.ReadableFile;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The blocks of an index snapshot, each proven when it is first touched. Safe for many threads. */
abstract sealed class SnapshotBlocks {

    private final long identity;

    private SnapshotBlocks(long identity) {
        this.identity = identity;
    }

    /** By positional reads also where a mapping is asked for and refused. */
    static SnapshotBlocks of(ReadableFile file, int blocks, boolean mapping, long identity) {
        ByteBuffer[] maps = mapping ? Mapped.map(file, blocks) : null;
        return maps == null ? new Positional(file, identity) : new Mapped(maps, blocks, identity);
    }

    /** What a block of this snapshot is marked with. */
    long blockTag(int block) {
        return SnapshotLayout.blockTag(block, identity);
    }

    /**
     * The buffer that holds a block.
     *
     * @throws DamagedBlockException if it is not as it was written
     * @throws IOException if it cannot be read
     */
    abstract ByteBuffer holding(int block) throws IOException;

    /** Where in that buffer the block starts. */
    abstract int offsetOf(int block);

    /** Tells whether a block that was touched is soon at hand again. */
    abstract boolean mapped();

    abstract void close() throws IOException;

    /** A heap copy, since a checksum over a mapping kills the JVM if its file is truncated. */
    final void prove(ByteBuffer copy, int block) throws IOException {
        if (copy.getLong(SnapshotLayout.TAG_AT) != blockTag(block)
                || copy.getInt(SnapshotLayout.CRC_AT) != SnapshotLayout.crc(copy, 0)) {
            throw new DamagedBlockException("block " + block + " is not as it was written");
        }
    }

    /** Through mappings of 1 GiB each. */
    private static final class Mapped extends SnapshotBlocks {
        private static final int MAP_BLOCKS_LOG2 = 18;
        private static final int MAP_BLOCKS = 1 << MAP_BLOCKS_LOG2;

        private final ByteBuffer[] maps;
        private final AtomicBits proven;

        static ByteBuffer @Nullable [] map(ReadableFile file, int blocks) {
            ByteBuffer[] maps = new ByteBuffer[(blocks + MAP_BLOCKS - 1) / MAP_BLOCKS];
            for (int i = 0; i < maps.length; i++) {
                int count = Math.min(MAP_BLOCKS, blocks - i * MAP_BLOCKS);
                long position = (long) i * MAP_BLOCKS * SnapshotLayout.BLOCK_BYTES;
                long bytes = (long) count * SnapshotLayout.BLOCK_BYTES;
                ByteBuffer map = Mappings.OF_PROCESS.map(file, position, bytes);
                if (map == null) {
                    return null;
                }
                maps[i] = map.order(ByteOrder.LITTLE_ENDIAN);
            }
            return maps;
        }

        Mapped(ByteBuffer[] maps, int blocks, long identity) {
            super(identity);
            this.maps = maps;
            proven = new AtomicBits(blocks);
        }

        @Override
        ByteBuffer holding(int block) throws IOException {
            ByteBuffer map = maps[block >>> MAP_BLOCKS_LOG2];
            if (!proven.get(block)) {
                ByteBuffer copy = SnapshotFooter.allocate(SnapshotLayout.BLOCK_BYTES);
                copy.put(0, map, offsetOf(block), SnapshotLayout.BLOCK_BYTES);
                AsyncReadErrors.surface(); // what cannot be read shows as zeros
                prove(copy, block);
                proven.set(block);
            }
            return map;
        }

        @Override
        int offsetOf(int block) {
            return (block & MAP_BLOCKS - 1) * SnapshotLayout.BLOCK_BYTES;
        }

        @Override
        boolean mapped() {
            return true;
        }

        @Override
        void close() {}
    }

    /** By positional reads, proven at every one. */
    private static final class Positional extends SnapshotBlocks {
        private final ReadableFile file;

        Positional(ReadableFile file, long identity) {
            super(identity);
            this.file = file;
        }

        @Override
        ByteBuffer holding(int block) throws IOException {
            ByteBuffer copy = SnapshotFooter.allocate(SnapshotLayout.BLOCK_BYTES);
            try {
                file.readFully(copy, (long) block * SnapshotLayout.BLOCK_BYTES);
            } catch (EOFException e) {
                throw new DamagedBlockException("block " + block + " is cut off", e);
            }
            prove(copy, block);
            return copy;
        }

        @Override
        int offsetOf(int block) {
            return 0;
        }

        @Override
        boolean mapped() {
            return false;
        }

        @Override
        void close() throws IOException {
            file.close();
        }
    }
}
