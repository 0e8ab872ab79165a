package io.github.djlcachex.internal.index;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;

/**
 * An index snapshot as a part of this process's index: its addresses are given this process's
 * source numbers.
 *
 * <p>Safe for use by many threads. What is damaged is noticed at its first touch, and what is
 * truncated later when a search ends there. From then on {@link #damaged} is true, and a key that
 * is not found may have a row all the same: the caller builds the index from the segments instead.
 *
 * <p>A block that cannot be read is not damaged: the file is opened once more, and if that is in
 * vain {@link #unreadable} is true until a later search, after a pause, can read it again.
 */
public final class IndexSnapshot {

    private static final Logger logger = LoggerFactory.getLogger(IndexSnapshot.class);

    /** The number of a segment that is not there any more. */
    public static final int GONE = -1;

    /** A file that could not be read is tried again after this time. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** So long a block may be unreadable though the file is not. */
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final IndexSnapshotFile file;
    private final int[] sources;
    private final int[] rows;
    private final BitSet fullyIndexed = new BitSet();
    private final long seed;
    private final int homeBlocks;
    private final int allBlocks;
    private final RowIndex.KeyMatcher matcher;
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean damaged;
    private volatile boolean unreadable;
    private volatile long failedAtNanos;

    @GuardedBy("this") private long opensSinceNanos;

    /**
     * Binds an index snapshot to sources.
     *
     * @param file the snapshot
     * @param sources the source number of each segment that it covers, or {@link #GONE}
     * @param matcher compares string keys
     */
    public IndexSnapshot(IndexSnapshotFile file, int[] sources, RowIndex.KeyMatcher matcher) {
        this.file = file;
        this.sources = sources.clone();
        this.rows = file.segments().stream().mapToInt(CoveredSegment::rows).toArray();
        this.seed = file.footer().hashSeed();
        this.homeBlocks = file.footer().homeBlocks();
        this.allBlocks = file.footer().blocks();
        this.matcher = matcher;
        for (int i = 0; i < sources.length; i++) {
            CoveredSegment segment = file.segments().get(i);
            if (sources[i] != GONE && segment.entries() == segment.rows()) {
                fullyIndexed.set(sources[i]);
            }
        }
    }

    /**
     * Tells whether a block was found damaged, or the file is distrusted.
     *
     * @return true if keys may be missing by mistake
     */
    public boolean damaged() {
        return damaged || file.distrusted();
    }

    /**
     * Tells whether the file could not be read when it was last tried.
     *
     * @return true if keys may be missing for now
     */
    public boolean unreadable() {
        return unreadable;
    }

    /** Tells whether what was touched is soon at hand again. */
    boolean mapped() {
        return file.blocks().mapped();
    }

    /** Finds a key; returns its address, or {@link Address#NONE}. */
    long find(long keyHash, Keys keys, int position) {
        return keys instanceof StringKeys texts
                ? search(keyHash, address -> matcher.matches(address, texts, position))
                : candidate(keyHash);
    }

    /** The address of the first entry with a key hash, or {@link Address#NONE}. */
    long candidate(long keyHash) {
        return search(keyHash, IndexSnapshot::any);
    }

    /** Reads the place where the search for a key hash begins, so that the processor has it. */
    long prefetch(long keyHash) {
        if (damaged || unreadable) {
            return 0;
        }
        try {
            SnapshotBlocks blocks = file.blocks();
            long mixed = SnapshotLayout.mix(keyHash, seed);
            int block = SnapshotLayout.block(mixed, homeBlocks);
            int slotAt = SnapshotLayout.addressAt(SnapshotLayout.firstSlot(mixed));
            return blocks.holding(block).getLong(blocks.offsetOf(block) + slotAt);
        } catch (IOException | InternalError e) {
            logger.debug("the search itself will tell what is wrong", e);
            return 0;
        }
    }

    private static boolean any(long address) {
        return true;
    }

    /**
     * Tells whether a key hash, which is that of the row at an address, leads there. Nothing is
     * read if the address is in a segment of which every row has its entry.
     */
    boolean leadsTo(long keyHash, long address) {
        return fullyIndexed.get(Address.source(address))
                || search(keyHash, found -> found == address) != Address.NONE;
    }

    /** The address of the first entry with the key hash that is accepted. */
    private long search(long keyHash, LongPredicate accepted) {
        return read(blocks -> searchBlocks(blocks, keyHash, accepted), Address.NONE);
    }

    private interface Reading {
        long of(SnapshotBlocks blocks) throws IOException;
    }

    private long read(Reading reading, long otherwise) {
        if (damaged || (unreadable && System.nanoTime() - failedAtNanos < REST_NANOS)) {
            return otherwise;
        }
        boolean rested = unreadable;
        SnapshotBlocks blocks = file.blocks();
        try {
            long result = reading.of(blocks);
            if (rested) {
                unreadable = false;
            }
            return result;
        } catch (IOException | InternalError e) {
            return readAgain(blocks, reading, otherwise, e);
        }
    }

    /** One thread at a time: the others are told then that it rests. */
    private synchronized long readAgain(
            SnapshotBlocks failed, Reading reading, long otherwise, Throwable cause) {
        if (damaged || (unreadable && System.nanoTime() - failedAtNanos < REST_NANOS)) {
            return otherwise;
        }
        try {
            logger.debug("the index snapshot is opened once more", cause);
            SnapshotBlocks blocks = file.reopen(failed);
            return readReopened(blocks, reading, otherwise);
        } catch (DamagedBlockException e) {
            damage(e);
        } catch (IOException | InternalError e) {
            opensSinceNanos = System.nanoTime();
            rest(e);
        }
        return otherwise;
    }

    /** What can be opened, and still not be read after a while, is as good as damaged. */
    @GuardedBy("this") private long readReopened(SnapshotBlocks blocks, Reading reading, long otherwise)
            throws IOException {
        try {
            long result = reading.of(blocks);
            AsyncReadErrors.surface();
            unreadable = false;
            return result;
        } catch (DamagedBlockException e) {
            throw e;
        } catch (IOException | InternalError e) {
            if (unreadable && System.nanoTime() - opensSinceNanos > GIVE_UP_NANOS) {
                throw new DamagedBlockException("a block cannot be read, though the file can", e);
            }
            opensSinceNanos = unreadable ? opensSinceNanos : System.nanoTime();
            rest(e);
            return otherwise;
        }
    }

    private void rest(Throwable cause) {
        failedAtNanos = System.nanoTime();
        unreadable = true;
        if (!file.closed() && warned.compareAndSet(false, true)) {
            logger.warn(
                    "the index snapshot cannot be read now ({}); rows that it leads to are"
                            + " misses until it can",
                    cause.toString());
        }
    }

    private long searchBlocks(SnapshotBlocks blocks, long keyHash, LongPredicate accepted)
            throws IOException {
        long mixed = SnapshotLayout.mix(keyHash, seed);
        int firstSlot = SnapshotLayout.firstSlot(mixed);
        for (int block = SnapshotLayout.block(mixed, homeBlocks); block < allBlocks; block++) {
            ByteBuffer slots = blocks.holding(block);
            int start = blocks.offsetOf(block);
            int slot = firstSlot;
            do {
                long packed = slots.getLong(start + SnapshotLayout.addressAt(slot));
                if (packed == Address.NONE) {
                    checkTag(slots, start, block, blocks.blockTag(block));
                    return Address.NONE;
                }
                if (slots.getLong(start + SnapshotLayout.keyWordAt(slot)) == keyHash) {
                    long address = translated(packed);
                    if (address != Address.NONE && accepted.test(address)) {
                        return address;
                    }
                }
                slot = SnapshotLayout.nextSlot(slot);
            } while (slot != firstSlot);
            checkTag(slots, start, block, blocks.blockTag(block));
            if (slots.getInt(start + SnapshotLayout.OVERFLOW_AT) == 0) {
                return Address.NONE;
            }
        }
        return Address.NONE;
    }

    /** What was truncated after its first touch reads as zeros, on Java 17 often without error. */
    private static void checkTag(ByteBuffer slots, int start, int block, long tag)
            throws IOException {
        if (slots.getLong(start + SnapshotLayout.TAG_AT) != tag) {
            AsyncReadErrors.surface();
            throw new DamagedBlockException("block " + block + " was truncated");
        }
    }

    private long translated(long packed) throws IOException {
        int segment = Address.source(packed);
        int row = Address.row(packed);
        if (segment < 0 || segment >= sources.length || row < 0 || row >= rows[segment]) {
            throw new DamagedBlockException(
                    "an entry leads to row " + row + " of segment " + segment);
        }
        return sources[segment] == GONE ? Address.NONE : Address.of(sources[segment], row);
    }

    private void damage(Throwable cause) {
        damaged = true;
        logger.warn("an index snapshot is damaged; the index is built without it", cause);
    }

    /** The number of entries that are wanted; 0 if they cannot be read. */
    long count(HeapIndex.EntryPredicate wanted) {
        return read(blocks -> count(blocks, wanted), 0);
    }

    private long count(SnapshotBlocks blocks, HeapIndex.EntryPredicate wanted) throws IOException {
        long count = 0;
        for (int block = 0; block < allBlocks && !damaged; block++) {
            ByteBuffer slots = blocks.holding(block);
            int start = blocks.offsetOf(block);
            for (int slot = 0; slot < SnapshotLayout.SLOTS; slot++) {
                long packed = slots.getLong(start + SnapshotLayout.addressAt(slot));
                long address = packed == Address.NONE ? packed : translated(packed);
                long keyHash = slots.getLong(start + SnapshotLayout.keyWordAt(slot));
                count += address != Address.NONE && wanted.test(keyHash, address) ? 1 : 0;
            }
        }
        return count;
    }
}
