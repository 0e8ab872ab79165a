package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.internal.segment.ChangedFileException;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowCrc;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What one thread reads of a batch: memory tier, else index and source; each row copied, then
 * checked. It has counts of its own, and a checksum with views of its own over the batch.
 *
 * <p>The copy is checked, never the mapping: CRC32C over a file that was truncated under its
 * mapping kills the JVM, and a row that was right when it was checked may be torn when it is
 * copied.
 *
 * <p>Some keys are looked up, then their rows are copied a group at a time, then the group is
 * checked: so the processor waits for the memory of several rows at once, and a copy is still in
 * its cache when it is checked.
 */
final class RowReader {

    private static final Logger logger = LoggerFactory.getLogger(RowReader.class);

    /** What is copied before it is checked: well within a core's own cache. */
    private static final int GROUP_BYTES = 64 << 10;

    /** What is noted of a group stays small: new memory is not in the processor's cache. */
    private static final int MAX_GROUP_ROWS = 64;

    /** Smaller rows are copied in less time than it takes to look for them twice. */
    private static final int TOUCHED_ROW_BYTES = 2048;

    /** What was copied to a position. */
    private enum Copied {
        FROM_MEMORY,
        FROM_OPEN_SEGMENT,
        FROM_FILE,
        NOTHING
    }

    private final StoreOptions options;
    private final SourceTable sources;
    private final StoreCounters counters;
    private final AdaptiveReadMode pace;
    private final Consumer<SegmentFile> onSuspect;
    private final RowIndex index;
    private final MemoryTier tier;
    private final Keys keys;
    private final RowBatch into;
    private final RowCrc crc;
    private final MissingPositions missing = new MissingPositions();
    private final long[] addresses;
    private final boolean[] inTier;
    private final Copied[] group;
    private final @Nullable SegmentFile[] files;
    private final int[] storedCrcs;
    private MemoryTier.@Nullable Search search;
    private int rowsAtOnce;
    private int foundFrom;
    private int foundTo;
    private int settled;
    private int pieceTo;
    private boolean positional;
    private boolean fromDisk;

    @SuppressWarnings("unused") // set, so that the reads ahead are not optimized away
    private long touched;

    private int fileRows;
    private boolean readFiles;
    private int memoryHits;
    private int pendingHits;
    private int diskHits;

    RowReader(GatherContext parts, Generation.State state, Keys keys, RowBatch into) {
        this.options = parts.options();
        this.sources = parts.sources();
        this.counters = parts.counters();
        this.pace = parts.pace();
        this.onSuspect = parts.onSuspect();
        this.index = state.index();
        this.tier = state.tier();
        this.keys = keys;
        this.into = into;
        this.crc = new RowCrc(into);
        this.addresses = new long[Math.min(keys.size(), RowIndex.KEYS_AT_ONCE)];
        this.inTier = new boolean[addresses.length];
        long rows = GROUP_BYTES / Math.max(1, into.schema().rowBytes());
        long most = Math.min(MAX_GROUP_ROWS, keys.size());
        this.group = new Copied[(int) Math.max(1, Math.min(rows, most))];
        this.files = new SegmentFile[group.length];
        this.storedCrcs = new int[group.length];
        this.rowsAtOnce = group.length;
    }

    /** Copies those rows of a piece that are there to their positions. */
    void read(int from, int to) {
        settled = from;
        foundTo = from;
        pieceTo = to;
        boolean done = false;
        while (!done) {
            try {
                settleRest();
                AsyncReadErrors.arrive();
                done = true;
            } catch (InternalError late) {
                logger.debug("a read of a truncated file was reported late", late);
                takeForMissed();
            }
        }
    }

    /** Reads what is left of another's piece, if an error ended it. */
    void readRestOf(RowReader other) {
        if (other.settled < other.pieceTo) {
            read(other.settled, other.pieceTo);
        }
    }

    /** Adds what was read to the counters. */
    void count() {
        counters.memoryHits.add(memoryHits);
        counters.pendingHits.add(pendingHits);
        counters.diskHits.add(diskHits);
        counters.misses.add(missing.count());
    }

    /** Tells whether a row came from a file. */
    boolean readFiles() {
        return readFiles;
    }

    /** The positions without a row, in the order in which they were read. */
    int[] missing() {
        return missing.toArray();
    }

    /**
     * It is not known which row's read failed: those of the group are read again, one by one, and
     * then the one that it arrives at counts as a miss.
     */
    private void takeForMissed() {
        if (rowsAtOnce > 1) {
            rowsAtOnce = 1;
        } else if (settled < pieceTo) {
            miss();
        }
    }

    /** A row's InternalError may arrive here, after the row was found right or wrong. */
    private void settleRest() {
        while (settled < pieceTo) {
            if (settled >= foundTo) {
                find();
            }
            int count = Math.min(rowsAtOnce, foundTo - settled);
            copyGroup(settled, count);
            for (int i = 0; i < count; i++) {
                settle(i);
            }
        }
    }

    /**
     * Keys may be compared in mapped files: an InternalError may arrive here too. One of a row that
     * was copied before must not: the search would take it for its own.
     */
    private void find() {
        AsyncReadErrors.arrive();
        int count = Math.min(addresses.length, pieceTo - settled);
        foundFrom = settled;
        if (tier.used()) {
            search = search == null ? tier.search(keys) : search;
            for (int i = 0; i < count; i++) {
                inTier[i] = search.copy(settled + i, into);
            }
        }
        index.findAll(keys, settled, count, inTier, addresses);
        foundTo = settled + count;
    }

    private long address(int position) {
        return addresses[position - foundFrom];
    }

    private void copyGroup(int first, int count) {
        positional = pace.positional();
        fileRows = 0;
        long start = System.nanoTime();
        if (!positional && count > 1 && into.schema().rowBytes() >= TOUCHED_ROW_BYTES) {
            touched = touch(first, count);
        }
        for (int i = 0; i < count; i++) {
            group[i] = copy(first + i, i);
        }
        if (options.verifiesOnce() || !options.verifies()) {
            AsyncReadErrors.arrive(); // no checksum would tell
        }
        if (fileRows > 0) {
            int copies = fileRows * (into.schema().columns().size() + 1); // and its checksum
            long bytes = (long) fileRows * into.schema().rowBytes();
            long nanos = System.nanoTime() - start;
            pace.note(positional, copies, bytes, nanos);
            fromDisk = AdaptiveReadMode.isFromDisk(copies, bytes, nanos);
            readFiles = true;
        }
    }

    /** Reads where the rows of a group begin, so that the processor waits for all at once. */
    private long touch(int first, int count) {
        long read = 0;
        for (int i = first; i < first + count; i++) {
            long address = address(i);
            int row = Address.row(address);
            if (address != Address.NONE
                    && sources.get(address) instanceof SegmentFile file
                    && !file.isBad(row)) {
                read += file.touchRow(row);
            }
        }
        return read;
    }

    private void settle(int inGroup) {
        boolean hit =
                switch (group[inGroup]) {
                    case FROM_MEMORY -> {
                        memoryHits++;
                        yield true;
                    }
                    case FROM_OPEN_SEGMENT -> {
                        pendingHits++;
                        yield true;
                    }
                    case FROM_FILE -> isRight(inGroup);
                    case NOTHING -> false;
                };
        if (hit) {
            settled++;
        } else {
            miss();
        }
    }

    /** Noted first, perhaps twice: an InternalError that arrives must not leave it out. */
    private void miss() {
        missing.add(settled);
        settled++;
    }

    private Copied copy(int position, int inGroup) {
        if (inTier[position - foundFrom]) {
            return Copied.FROM_MEMORY;
        }
        long address = address(position);
        RowSource source = address == Address.NONE ? null : sources.get(address);
        if (source instanceof OpenSegment open) {
            open.copyRow(Address.row(address), into, position);
            VarHandle.acquireFence();
            return sources.get(address) == open
                    ? Copied.FROM_OPEN_SEGMENT
                    : copy(position, inGroup); // its memory may be another row's by now
        }
        return source instanceof SegmentFile file
                ? copyFromFile(file, Address.row(address), position, inGroup)
                : Copied.NOTHING;
    }

    private Copied copyFromFile(SegmentFile file, int row, int position, int inGroup) {
        if (file.isBad(row)) {
            return Copied.NOTHING;
        }
        try {
            file.copyRow(row, into, position, positional);
            if (options.verifies()) {
                storedCrcs[inGroup] = file.storedCrc(row, positional);
            }
            if (rowsAtOnce == 1) {
                AsyncReadErrors.arrive(); // here it is known whose it is
            }
            return copied(file, inGroup);
        } catch (IOException e) {
            AsyncReadErrors
                    .arrive(); // of a row before: it must not count for this one's second read
            return copyAgain(file, position, inGroup, e);
        } catch (InternalError e) {
            if (rowsAtOnce > 1) {
                throw e; // perhaps of a row before
            }
            return copyAgain(file, position, inGroup, e);
        }
    }

    private Copied copied(SegmentFile file, int inGroup) {
        files[inGroup] = file;
        fileRows++;
        return Copied.FROM_FILE;
    }

    /** What cannot be read is not damaged: the file is opened anew, and the row may rest. */
    private Copied copyAgain(SegmentFile file, int position, int inGroup, Throwable cause) {
        int row = Address.row(address(position));
        try {
            storedCrcs[inGroup] = file.readAgain(row, into, position);
            logger.debug("row {} of {} was read again", row, file.path(), cause);
            return copied(file, inGroup);
        } catch (ChangedFileException e) {
            return rejected(file, position, e);
        } catch (IOException e) {
            logger.trace("row {} of {} cannot be read now", row, file.path(), e);
            if (sources.get(address(position)) == file) { // not closed by clear or repair
                counters.corruptRows.increment();
            }
            return Copied.NOTHING;
        }
    }

    private Copied rejected(SegmentFile file, int position, @Nullable Throwable cause) {
        long address = address(position);
        if (sources.get(address) == file) { // not closed by clear or repair
            reject(file, Address.row(address), cause);
        }
        return Copied.NOTHING;
    }

    private boolean isRight(int inGroup) {
        SegmentFile file = Objects.requireNonNull(files[inGroup]);
        int row = Address.row(address(settled));
        if (isChecked(file, row)
                || isAsWritten(inGroup)
                || (isCopiedAgain(file, inGroup) && isProven(file, inGroup))) {
            keep(file, row, settled);
            return true;
        }
        return false;
    }

    private boolean isAsWritten(int inGroup) {
        return storedCrcs[inGroup] == crc.of(keys, settled, settled);
    }

    /** A read that failed may show as zeros; the error of another row ends the group. */
    private boolean isCopiedAgain(SegmentFile file, int inGroup) {
        IOException cause = new IOException("another checksum than was stored");
        try {
            AsyncReadErrors.arrive();
        } catch (InternalError late) {
            if (rowsAtOnce > 1) {
                throw late;
            }
            cause.addSuppressed(late);
        }
        return copyAgain(file, settled, inGroup, cause) == Copied.FROM_FILE;
    }

    /** The copy of a file that was just proven decides. */
    private boolean isProven(SegmentFile file, int inGroup) {
        boolean right = isAsWritten(inGroup);
        if (!right) {
            rejected(file, settled, null);
        }
        return right;
    }

    private boolean isChecked(SegmentFile file, int row) {
        return !options.verifies() || (options.verifiesOnce() && file.isChecked(row));
    }

    private void keep(SegmentFile file, int row, int position) {
        if (options.verifiesOnce()) {
            file.markChecked(row);
        }
        if (!file.mapped()) {
            keepInMemory(position);
        }
        diskHits++; // last, since what fails before is read once more
    }

    private void keepInMemory(int position) {
        if (fromDisk) {
            tier.put(keys, position, into);
        } else {
            tier.putIfRoom(keys, position, into);
        }
    }

    private void reject(SegmentFile file, int row, @Nullable Throwable cause) {
        counters.corruptRows.increment();
        if (file.markBad(row)) {
            logger.warn(
                    "row {} of {} is not what was written; it is a miss, and so is every other such"
                            + " row of the file",
                    row,
                    file.path(),
                    cause);
            onSuspect.accept(file);
        }
    }
}
