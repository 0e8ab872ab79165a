package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Reads the rows of a batch for one thread: looks keys up, copies a group of rows, and checks each
 * copy.
 */
final class RowReader {

    /*
     * The way of a position. LookupWindow finds the addresses of up to 128 keys. RowGroup copies
     * the rows of the next positions into the batch. Then each position of the group is resolved,
     * in order: it is a hit, or it is added to the missing ones. `nextUnresolved` is the first
     * position that is neither, so an exception at any moment leaves a known state.
     *
     * The copy is checked, never the mapping. CRC32C over the mapping of a truncated file kills the
     * JVM, and a mapped row that was right when it was checked may be torn when it is copied.
     *
     * Deferred errors. A read from the mapping of a truncated file ends in an InternalError. Java
     * 17 may throw it later, at the thread's next call into the runtime, so an error does not say
     * which row it is of. `AsyncReadErrors.surface` makes such a call.
     *  - A group is copied. An InternalError, whenever it comes, ends it. The unresolved positions
     *    are read again, one row at a time, for the rest of this batch.
     *  - A row alone is copied. The error is surfaced right after the copy, so it is of this row.
     *    The file is opened again by its name, and the row is read a second time.
     *  - An error that still comes from somewhere else makes the next unresolved position a miss,
     *    so the loop ends.
     *  - Where no checksum would reveal that a copy is all zeros, the error is surfaced after each
     *    group, before any position of it is resolved.
     *  - A missing position is added before `nextUnresolved` advances: an error in between adds it
     *    twice, and the list drops the second. A hit is counted last for the same reason.
     *
     * A wrong checksum gets a second read too, since on Java 17 a failed read may show as zeros.
     * The checksum of that read, from a file that was just proven, decides.
     */

    private static final Logger logger = LoggerFactory.getLogger(RowReader.class);

    private final GatherContext context;
    private final boolean verifies;
    private final boolean verifiesOnce;
    private final MemoryTier tier;
    private final Keys keys;
    private final RowBatch into;
    private final RowCrc crc;
    private final LookupWindow window;
    private final RowGroup group;
    private final ReadCounts counts;
    private int rowsAtOnce;
    private int nextUnresolved;
    private int pieceEnd;

    RowReader(GatherContext context, Generation.State state, Keys keys, RowBatch into) {
        this(context, state, keys, into, new ReadCounts());
    }

    RowReader(
            GatherContext context,
            Generation.State state,
            Keys keys,
            RowBatch into,
            ReadCounts counts) {
        this.context = context;
        this.counts = counts;
        this.verifies = context.options().verifies();
        this.verifiesOnce = context.options().verifiesOnce();
        this.tier = state.tier();
        this.keys = keys;
        this.into = into;
        this.crc = new RowCrc(into);
        this.window = new LookupWindow(state, keys, into);
        this.group = new RowGroup(context, window, into, keys.size());
        this.rowsAtOnce = group.capacity();
    }

    /** Copies those rows of a piece that are there to their positions. */
    void read(int from, int to) {
        nextUnresolved = from;
        pieceEnd = to;
        window.reset(from);
        boolean done = false;
        while (!done) {
            try {
                resolveRest();
                AsyncReadErrors.surface();
                done = true;
            } catch (InternalError deferred) {
                logger.debug("a read of a truncated file was reported late", deferred);
                retreat();
            }
        }
    }

    /** Reads what is left of another's piece, if an error ended it. */
    void readRestOf(RowReader other) {
        if (other.nextUnresolved < other.pieceEnd) {
            read(other.nextUnresolved, other.pieceEnd);
        }
    }

    /** Adds what was read to the counters. */
    void count() {
        counts.addTo(context.counters());
    }

    /** Tells whether a row came from a file. */
    boolean readFiles() {
        return group.readFiles();
    }

    /** The positions without a row, in the order in which they were read. */
    int[] missingPositions() {
        return counts.missingPositions();
    }

    /** Goes on by single rows after an error of an unknown row, or else gives a position up. */
    private void retreat() {
        if (rowsAtOnce > 1) {
            rowsAtOnce = 1;
        } else if (nextUnresolved < pieceEnd) {
            recordMiss();
        }
    }

    private void resolveRest() {
        while (nextUnresolved < pieceEnd) {
            if (nextUnresolved >= window.to()) {
                window.find(nextUnresolved, pieceEnd);
            }
            int count = Math.min(rowsAtOnce, window.to() - nextUnresolved);
            group.copy(nextUnresolved, count, rowsAtOnce == 1);
            if (verifiesOnce || !verifies) {
                AsyncReadErrors.surface();
            }
            for (int i = 0; i < count; i++) {
                resolve(i);
            }
        }
    }

    private void resolve(int i) {
        boolean hit =
                switch (group.outcome(i)) {
                    case FROM_MEMORY -> {
                        counts.memoryHit();
                        yield true;
                    }
                    case FROM_OPEN_SEGMENT -> {
                        counts.pendingHit();
                        yield true;
                    }
                    case FROM_FILE -> isRight(i);
                    case MISSING -> false;
                };
        if (hit) {
            nextUnresolved++;
        } else {
            recordMiss();
        }
    }

    private void recordMiss() {
        counts.miss(nextUnresolved);
        nextUnresolved++;
    }

    private boolean isRight(int i) {
        SegmentFile file = group.file(i);
        if (isAlreadyChecked(file, i) || isAsWritten(i) || (isCopiedAgain(i) && isProven(i))) {
            keep(file, i);
            return true;
        }
        return false;
    }

    private boolean isAlreadyChecked(SegmentFile file, int i) {
        return !verifies || (verifiesOnce && file.isChecked(group.row(i)));
    }

    private boolean isAsWritten(int i) {
        return group.storedCrc(i) == crc.of(keys, nextUnresolved, nextUnresolved);
    }

    /** Judges the second copy, which is from a file that was just proven. */
    private boolean isProven(int i) {
        boolean right = isAsWritten(i);
        if (!right) {
            context.rejected().damaged(group.file(i), window.address(nextUnresolved), null);
        }
        return right;
    }

    /** Reads a row again whose checksum is wrong, unless an error may be of another row. */
    private boolean isCopiedAgain(int i) {
        IOException cause = new IOException("another checksum than was stored");
        try {
            AsyncReadErrors.surface();
        } catch (InternalError deferred) {
            if (rowsAtOnce > 1) {
                throw deferred;
            }
            cause.addSuppressed(deferred);
        }
        return group.readAgain(i, cause) == RowGroup.Outcome.FROM_FILE;
    }

    private void keep(SegmentFile file, int i) {
        if (verifiesOnce) {
            file.markChecked(group.row(i));
        }
        if (!group.isMapped(i)) {
            keepInMemory(file, window.address(nextUnresolved));
        }
        counts.diskHit();
    }

    /** Unless it was removed since it was found. */
    private void keepInMemory(SegmentFile file, long address) {
        BooleanSupplier served =
                () ->
                        context.sources().get(address) == file
                                && !file.isUnserved(Address.row(address));
        if (group.isFromDisk()) {
            tier.putRead(keys, nextUnresolved, into, file, served);
        } else {
            tier.putReadIfRoom(keys, nextUnresolved, into, file, served);
        }
    }
}
