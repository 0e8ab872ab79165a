package io.github.djlcachex.internal.index;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes an index snapshot of segments to a new file.
 *
 * <p>It is filled by hash range: a part of the blocks at a time in memory, from the keys of all
 * segments, then written. Entries in the order of their arrival would touch a page each, and 100
 * million of them took minutes. Where two segments have one key, the first one's row is taken.
 */
public final class IndexSnapshotWriter {

    /** Blocks after a part that take what does not fit; they are the first of the next part. */
    private static final int SPARE_BLOCKS = 16;

    private final KeyType keyType;
    private final long seed;
    private final List<? extends KeySource> segments;
    private final BooleanSupplier cancelled;
    private final int homeBlocks;
    private final int partBlocks;
    private final ByteBuffer part;
    private final int[] entries;
    private final int[] hiddenCopies;
    private final long identity;

    /**
     * Creates a writer.
     *
     * @param keyType the type of the keys
     * @param hashSeed the hash seed of the generation
     * @param segments the segments, the preferred ones first
     * @param partBytes about how much memory to use
     * @param cancelled asked now and then; true ends the writing with an exception
     */
    public IndexSnapshotWriter(
            KeyType keyType,
            long hashSeed,
            List<? extends KeySource> segments,
            int partBytes,
            BooleanSupplier cancelled) {
        this.keyType = keyType;
        this.seed = hashSeed;
        this.segments = segments;
        this.cancelled = cancelled;
        long rows = segments.stream().mapToLong(KeySource::rows).sum();
        this.homeBlocks = Math.toIntExact(1 + rows / SnapshotLayout.MEAN_ENTRIES);
        this.partBlocks = Math.max(1, Math.min(homeBlocks, partBytes / SnapshotLayout.BLOCK_BYTES));
        this.part =
                SnapshotFooter.allocate((partBlocks + SPARE_BLOCKS) * SnapshotLayout.BLOCK_BYTES);
        this.entries = new int[segments.size()];
        this.hiddenCopies = new int[segments.size()];
        this.identity = CoveredSegment.identity(covered());
    }

    /**
     * Writes the snapshot, and forces it.
     *
     * @param storage the storage
     * @param path a new file; after a failure the caller removes it
     * @throws GivenUpException if it was cancelled
     * @throws IOException if keys cannot be read, or the file cannot be written
     */
    public void write(Storage storage, Path path) throws IOException {
        try (WritableFile file = storage.create(path)) {
            int written = 0;
            while (written < homeBlocks) {
                int blocks = Math.min(partBlocks, homeBlocks - written);
                fill(written, blocks);
                writeBlocks(file, written, blocks);
                keepSpare(blocks);
                written += blocks;
            }
            int spare = usedSpare();
            writeBlocks(file, written, spare);
            writeEnd(file, written + spare);
            file.force();
        }
    }

    /** A writing that was cancelled. */
    public static final class GivenUpException extends IOException {

        private static final long serialVersionUID = 1L;

        GivenUpException() {
            super("the writing of an index snapshot was given up");
        }
    }

    /** Adds the keys of a range of blocks. */
    private void fill(int firstBlock, int blocks) throws IOException {
        for (int segment = 0; segment < segments.size(); segment++) {
            if (cancelled.getAsBoolean()) {
                throw new GivenUpException();
            }
            Keys keys = segments.get(segment).readKeys();
            for (int row = 0; row < keys.size(); row++) {
                long keyHash = KeyHashes.of(keys, row, seed);
                long mixed = SnapshotLayout.mix(keyHash, seed);
                int block = SnapshotLayout.block(mixed, homeBlocks) - firstBlock;
                if (block >= 0 && block < blocks && !segments.get(segment).isDead(keys, row)) {
                    add(block, blocks + SPARE_BLOCKS, keyHash, keys, segment, row);
                }
            }
        }
    }

    /** Takes the first free slot of a key, in its block or in those that follow. */
    private void add(int block, int end, long keyHash, Keys keys, int segment, int row)
            throws IOException {
        int firstSlot = SnapshotLayout.firstSlot(SnapshotLayout.mix(keyHash, seed));
        for (int at = block; at < end; at++) {
            int start = at * SnapshotLayout.BLOCK_BYTES;
            int slot = firstSlot;
            do {
                long present = part.getLong(start + SnapshotLayout.addressAt(slot));
                if (present == Address.NONE) {
                    part.putLong(start + SnapshotLayout.keyWordAt(slot), keyHash);
                    part.putLong(start + SnapshotLayout.addressAt(slot), Address.of(segment, row));
                    entries[segment]++;
                    return;
                }
                if (part.getLong(start + SnapshotLayout.keyWordAt(slot)) == keyHash
                        && isKey(present, keys, row)) {
                    hiddenCopies[Address.source(present)]++;
                    return;
                }
                slot = SnapshotLayout.nextSlot(slot);
            } while (slot != firstSlot);
            part.putInt(start + SnapshotLayout.OVERFLOW_AT, 1);
        }
        throw new IOException("too many keys have hashes that are alike; no snapshot is written");
    }

    private boolean isKey(long present, Keys keys, int row) {
        return !(keys instanceof StringKeys texts)
                || segments.get(Address.source(present)).hasKey(Address.row(present), texts, row);
    }

    private void writeBlocks(WritableFile file, int firstBlock, int blocks) throws IOException {
        for (int i = 0; i < blocks; i++) {
            int start = i * SnapshotLayout.BLOCK_BYTES;
            part.putLong(
                    start + SnapshotLayout.TAG_AT,
                    SnapshotLayout.blockTag(firstBlock + i, identity));
            part.putInt(start + SnapshotLayout.CRC_AT, SnapshotLayout.crc(part, start));
        }
        file.writeFully(part.slice(0, blocks * SnapshotLayout.BLOCK_BYTES));
    }

    /** Moves the spare blocks to the front, and empties the rest. */
    private void keepSpare(int blocks) {
        int spareBytes = SPARE_BLOCKS * SnapshotLayout.BLOCK_BYTES;
        byte[] spare = new byte[spareBytes];
        part.get(blocks * SnapshotLayout.BLOCK_BYTES, spare);
        for (int at = 0; at < part.capacity(); at += Long.BYTES) {
            part.putLong(at, 0);
        }
        part.put(0, spare);
    }

    /** How many of the first blocks, which no part follows, have entries. */
    private int usedSpare() {
        int used = 0;
        for (int block = 0; block < SPARE_BLOCKS; block++) {
            for (int slot = 0; slot < SnapshotLayout.SLOTS; slot++) {
                int at = block * SnapshotLayout.BLOCK_BYTES + SnapshotLayout.addressAt(slot);
                used = part.getLong(at) == Address.NONE ? used : block + 1;
            }
        }
        return used;
    }

    private List<CoveredSegment> covered() {
        List<CoveredSegment> covered = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            KeySource segment = segments.get(i);
            covered.add(
                    new CoveredSegment(
                            segment.fileName(),
                            segment.rows(),
                            entries[i],
                            hiddenCopies[i],
                            segment.metadataCrc(),
                            segment.keysCrc()));
        }
        return covered;
    }

    private void writeEnd(WritableFile file, int blocks) throws IOException {
        ByteBuffer table = CoveredSegment.encode(covered());
        SnapshotFooter footer =
                new SnapshotFooter(
                        keyType,
                        seed,
                        homeBlocks,
                        blocks,
                        Arrays.stream(entries).asLongStream().sum(),
                        table.remaining(),
                        Crc32c.of(table));
        file.writeFully(table);
        file.writeFully(footer.encode());
    }
}
