package io.github.djlcachex.index;

import io.github.djlcachex.io.LateErrors;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.LongPredicate;

/**
 * A checkpoint as a part of this process's index: its addresses are given this process's source
 * numbers.
 *
 * <p>Safe for use by many threads. What is damaged is noticed at its first touch, and what is
 * truncated later when a search ends there. From then on {@link #damaged} is true, and a key that
 * is not found may have a row all the same: the caller builds the index from the segments instead.
 */
public final class Checkpoint {

    private static final Logger logger = LoggerFactory.getLogger(Checkpoint.class);

    /** The number of a segment that is not there any more. */
    public static final int GONE = -1;

    private final CheckpointFile file;
    private final CheckpointBlocks blocks;
    private final int[] sources;
    private final int[] rows;
    private final BitSet whole = new BitSet();
    private final long seed;
    private final int naturalBlocks;
    private final int allBlocks;
    private final RowIndex.KeyMatcher matcher;
    private volatile boolean damaged;

    /**
     * Binds a checkpoint to sources.
     *
     * @param file the checkpoint
     * @param sources the source number of each segment that it covers, or {@link #GONE}
     * @param matcher compares string keys
     */
    public Checkpoint(CheckpointFile file, int[] sources, RowIndex.KeyMatcher matcher) {
        this.file = file;
        this.blocks = file.blocks();
        this.sources = sources.clone();
        this.rows = file.segments().stream().mapToInt(CoveredSegment::rows).toArray();
        this.seed = file.footer().hashSeed();
        this.naturalBlocks = file.footer().naturalBlocks();
        this.allBlocks = file.footer().blocks();
        this.matcher = matcher;
        for (int i = 0; i < sources.length; i++) {
            CoveredSegment segment = file.segments().get(i);
            if (sources[i] != GONE && segment.entries() == segment.rows()) {
                whole.set(sources[i]);
            }
        }
    }

    /**
     * Tells whether a block was found damaged or could not be read, or the file is distrusted.
     *
     * @return true if keys may be missing by mistake
     */
    public boolean damaged() {
        return damaged || file.distrusted();
    }

    /** Tells whether what was touched is soon at hand again. */
    boolean mapped() {
        return blocks.mapped();
    }

    /** Finds a key; returns its address, or {@link Address#NONE}. */
    long find(long keyWord, Keys keys, int position) {
        return keys instanceof StringKeys texts
                ? search(keyWord, address -> matcher.matches(address, texts, position))
                : candidate(keyWord);
    }

    /** The address of the first entry with a key word, or {@link Address#NONE}. */
    long candidate(long keyWord) {
        return search(keyWord, Checkpoint::any);
    }

    /** Reads the place where the search for a key word begins, so that the processor has it. */
    long touch(long keyWord) {
        if (damaged) {
            return 0;
        }
        try {
            long mixed = CheckpointLayout.mix(keyWord, seed);
            int block = CheckpointLayout.block(mixed, naturalBlocks);
            int slotAt = CheckpointLayout.addressAt(CheckpointLayout.firstSlot(mixed));
            return blocks.holding(block).getLong(blocks.offsetOf(block) + slotAt);
        } catch (IOException | InternalError e) {
            damage(e);
            return 0;
        }
    }

    private static boolean any(long address) {
        return true;
    }

    /**
     * Tells whether a key word, which is that of the row at an address, leads there. Nothing is
     * read if the address is in a segment of which every row has its entry.
     */
    boolean leadsTo(long keyWord, long address) {
        return whole.get(Address.source(address))
                || search(keyWord, found -> found == address) != Address.NONE;
    }

    /** The address of the first entry with the key word that is accepted. */
    private long search(long keyWord, LongPredicate accepted) {
        if (damaged) {
            return Address.NONE;
        }
        try {
            return searchBlocks(keyWord, accepted);
        } catch (IOException | InternalError e) {
            damage(e);
            return Address.NONE;
        }
    }

    private long searchBlocks(long keyWord, LongPredicate accepted) throws IOException {
        long mixed = CheckpointLayout.mix(keyWord, seed);
        int firstSlot = CheckpointLayout.firstSlot(mixed);
        for (int block = CheckpointLayout.block(mixed, naturalBlocks); block < allBlocks; block++) {
            ByteBuffer slots = blocks.holding(block);
            int start = blocks.offsetOf(block);
            int slot = firstSlot;
            do {
                long packed = slots.getLong(start + CheckpointLayout.addressAt(slot));
                if (packed == Address.NONE) {
                    checkMark(slots, start, block);
                    return Address.NONE;
                }
                if (slots.getLong(start + CheckpointLayout.keyWordAt(slot)) == keyWord) {
                    long address = translated(packed);
                    if (address != Address.NONE && accepted.test(address)) {
                        return address;
                    }
                }
                slot = CheckpointLayout.nextSlot(slot);
            } while (slot != firstSlot);
            checkMark(slots, start, block);
            if (slots.getInt(start + CheckpointLayout.OVERFLOW_AT) == 0) {
                return Address.NONE;
            }
        }
        return Address.NONE;
    }

    /** What was truncated after its first touch reads as zeros, on Java 17 often without error. */
    private void checkMark(ByteBuffer slots, int start, int block) throws IOException {
        if (slots.getLong(start + CheckpointLayout.MARK_AT) != blocks.mark(block)) {
            LateErrors.arrive();
            throw new IOException("block " + block + " was truncated");
        }
    }

    private long translated(long packed) throws IOException {
        int segment = Address.source(packed);
        int row = Address.row(packed);
        if (segment < 0 || segment >= sources.length || row < 0 || row >= rows[segment]) {
            throw new IOException("an entry leads to row " + row + " of segment " + segment);
        }
        return sources[segment] == GONE ? Address.NONE : Address.of(sources[segment], row);
    }

    private void damage(Throwable cause) {
        damaged = true;
        logger.warn("a checkpoint of the index is damaged; the index is built without it", cause);
    }

    /** The number of entries that are wanted, as far as they can be read. */
    long count(HeapIndex.EntryPredicate wanted) {
        long count = 0;
        try {
            for (int block = 0; block < allBlocks && !damaged; block++) {
                ByteBuffer slots = blocks.holding(block);
                int start = blocks.offsetOf(block);
                for (int slot = 0; slot < CheckpointLayout.SLOTS; slot++) {
                    long packed = slots.getLong(start + CheckpointLayout.addressAt(slot));
                    long address = packed == Address.NONE ? packed : translated(packed);
                    long keyWord = slots.getLong(start + CheckpointLayout.keyWordAt(slot));
                    count += address != Address.NONE && wanted.test(keyWord, address) ? 1 : 0;
                }
            }
        } catch (IOException | InternalError e) {
            damage(e);
        }
        return count;
    }
}
