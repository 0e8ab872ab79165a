package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A committed segment file, open for reading or opened when it is first read.
 *
 * <p>Safe for use by many threads. A row is always copied out before anything is computed from it.
 * What was copied may still be wrong: the caller checks it, and marks the row if it is.
 */
public final class SegmentFile implements RowSource, Closeable {

    private static final Logger logger = LoggerFactory.getLogger(SegmentFile.class);

    private final ProvenFile file;
    private final SegmentBodies bodies;
    private final RowMarks unservedRows;
    private final RowMarks removedRows;
    private final RowMarks checkedRows;
    private final AtomicBoolean suspect = new AtomicBoolean();

    SegmentFile(SegmentBodies bodies) {
        this.file = bodies.file();
        this.bodies = bodies;
        this.unservedRows = new RowMarks(file.proof().rows());
        this.removedRows = new RowMarks(file.proof().rows());
        this.checkedRows = new RowMarks(file.proof().rows());
    }

    /**
     * Names a file that is opened when it is first read. What cannot be opened then, or is not the
     * proven one, has no readable rows; it is tried again, but not at once.
     *
     * @param storage the storage
     * @param path the file's path
     * @param name the file's name
     * @param proof what the file was when its keys were read
     * @param mapped true to map the file, false to read it by positional reads
     * @param outage is told when it cannot be read
     * @param onChange called when it is not the proven one any more, by the thread that reads
     * @return the file
     */
    public static SegmentFile later(
            Storage storage,
            Path path,
            SegmentName name,
            SegmentProof proof,
            boolean mapped,
            Outage outage,
            Runnable onChange) {
        ProvenFile file = new ProvenFile(storage, path, name, proof);
        return new SegmentFile(new SegmentBodies(file, mapped, outage, onChange, null));
    }

    /**
     * A file that was just opened, with its keys.
     *
     * @param file the file
     * @param keys its keys by row
     */
    public record Opened(SegmentFile file, Keys keys) {}

    /** Opens a file as the other method does, for a reader that no outage is told to. */
    public static Opened open(Storage storage, Path path, SegmentName name, boolean mapped)
            throws IOException {
        return open(storage, path, name, mapped, new Outage());
    }

    /**
     * Opens a file and proves its metadata and keys.
     *
     * @param storage the storage
     * @param path the file's path
     * @param name the file's name
     * @param mapped true to map the file, false to read it by positional reads
     * @param outage is told when it cannot be read later
     * @return the file and its keys
     * @throws CorruptFileException if the file is damaged, or is not the segment of that name
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public static Opened open(
            Storage storage, Path path, SegmentName name, boolean mapped, Outage outage)
            throws IOException {
        return SegmentOpening.open(
                new SegmentOpening.Place(storage, path, name),
                mapped,
                outage,
                file -> SegmentBody.read(file, name, mapped));
    }

    /**
     * Opens a file for one thread that reads all rows once, by positional reads of large pieces.
     */
    public static Opened openToScan(Storage storage, Path path, SegmentName name)
            throws IOException {
        SegmentOpening.Place place = new SegmentOpening.Place(storage, path, name);
        return SegmentOpening.open(
                place, false, new Outage(), file -> SegmentBody.readToScan(file, name));
    }

    /** {@return true until the file was first read with success} */
    public boolean unopened() {
        return bodies.current() == null;
    }

    /** {@return what proves that a file is this one} */
    public SegmentProof proof() {
        return file.proof();
    }

    /** {@return the path} */
    public Path path() {
        return file.path();
    }

    /** {@return the name} */
    public SegmentName name() {
        return file.name();
    }

    /**
     * {@return the contract that the file repeats}
     *
     * @throws IOException if the file cannot be opened
     */
    public Contract contract() throws IOException {
        return bodies.body().header().contract();
    }

    /** {@return the size of the file, which is opened if it is not} */
    public long fileBytes() throws IOException {
        return bodies.body().header().fileBytes();
    }

    /** {@return when the file was written; it is opened if it is not} */
    public long committedAtMs() throws IOException {
        return bodies.body().header().facts().committedAtMs();
    }

    /** {@return the segments that its rows come from; the file is opened if it is not} */
    public Lineage lineage() throws IOException {
        return bodies.body().header().facts().lineage();
    }

    /** {@return what the metadata says; a file that is not open is not opened for good} */
    public SegmentFacts facts() throws IOException {
        SegmentBody opened = bodies.current();
        SegmentHeader header = opened == null ? file.readHeader() : opened.header();
        return SegmentFacts.of(header);
    }

    /** {@return false if the file is read by positional reads} */
    public boolean mapped() {
        return bodies.mapped();
    }

    @Override
    public int rows() {
        return file.proof().rows();
    }

    @Override
    public RowCopy copyRow(int row, RowBatch into, int position) throws IOException {
        return bodies.body().copyRow(row, into, position);
    }

    @Override
    public boolean readShape(int row, int column, int[] dimensions) throws IOException {
        return bodies.body().readShape(row, column, dimensions);
    }

    /**
     * Tells whether a row is so large that its checksum is to be asked before room is made for it.
     */
    public boolean isOutlier(int column, long elements) throws IOException {
        return bodies.body().isOutlier(column, elements);
    }

    /** Tells whether the dimensions in the file are those of a row, also where none is read. */
    public boolean hasRightDimensions(int row) throws IOException {
        return bodies.body().hasRightDimensions(row);
    }

    @Override
    public int storedCrc(int row) throws IOException {
        return bodies.body().storedCrc(row);
    }

    /**
     * Copies a row.
     *
     * @param row the row here
     * @param into the batch
     * @param position the row there
     * @param positional true to prefer a positional read, also if the file is mapped: a fault in a
     *     mapping makes the kernel read far more than a row
     * @return what became of it
     * @throws IOException if it cannot be read
     */
    public RowCopy copyRow(int row, RowBatch into, int position, boolean positional)
            throws IOException {
        SegmentBody unmapped = positional && bodies.mapped() ? bodies.twin() : null;
        if (unmapped != null) {
            try {
                return unmapped.copyRow(row, into, position);
            } catch (IOException e) {
                bodies.fallBackToMapping(e);
            }
        }
        return bodies.body().copyRow(row, into, position);
    }

    /**
     * Returns the checksum that was stored with a row.
     *
     * @param row the row here
     * @param positional true to prefer a positional read, also if the file is mapped
     * @return the checksum
     * @throws IOException if it cannot be read
     */
    public int storedCrc(int row, boolean positional) throws IOException {
        SegmentBody unmapped = positional && bodies.mapped() ? bodies.twin() : null;
        if (unmapped != null) {
            try {
                return unmapped.storedCrc(row);
            } catch (IOException e) {
                bodies.fallBackToMapping(e);
            }
        }
        return bodies.body().storedCrc(row);
    }

    /**
     * Reads a row and its checksum after a read failed or gave something wrong: the file is opened
     * again by its name and proven to be the same, a few times at most in half a second.
     *
     * @param row the row here
     * @param into the batch
     * @param position the row there
     * @return what became of it, and the checksum
     * @throws ChangedFileException if the file is damaged, another one or deleted
     * @throws IOException if it cannot be read now
     */
    public Reread readAgain(int row, RowBatch into, int position) throws IOException {
        return bodies.again(
                body -> new Reread(body.copyRow(row, into, position), body.storedCrc(row)));
    }

    /**
     * A row that was read a second time.
     *
     * @param copy what became of the copy
     * @param storedCrc the checksum that was stored with the row
     */
    public record Reread(RowCopy copy, int storedCrc) {}

    /**
     * Reads the shape of a row once more, as {@link #readAgain} does.
     *
     * @param row the row here
     * @param column the column
     * @param dimensions filled with the shape
     * @return false if what is there is no shape
     * @throws IOException if it cannot be read now
     */
    public boolean readShapeAgain(int row, int column, int[] dimensions) throws IOException {
        return bodies.again(body -> body.readShape(row, column, dimensions));
    }

    /**
     * {@return true if the file could not be read when it was last tried, though nothing says that
     * it is damaged: its rows are there, and are misses for now}
     */
    public boolean unreadable() {
        return bodies.unreadable();
    }

    @Override
    public boolean hasKey(int row, StringKeys keys, int position) {
        try {
            return bodies.body().hasKey(row, keys, position);
        } catch (IOException | InternalError e) {
            logger.debug("a key of {} is read once more", path(), e);
            return hasKeyAgain(row, keys, position);
        }
    }

    /** As if the key were another one, if it cannot be read: the row is a miss. */
    private boolean hasKeyAgain(int row, StringKeys keys, int position) {
        try {
            return bodies.again(body -> body.hasKey(row, keys, position));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * {@return the open body, or null if the file is not open or not mapped} What is read from it
     * may fail: then {@link #readAgain} is to be tried.
     */
    public @Nullable SegmentBody mappedBody() {
        SegmentBody opened = bodies.current();
        return opened != null && opened.mapped() ? opened : null;
    }

    /**
     * Prefetches the first bytes of a row's key, if the file is mapped.
     *
     * @param row the row
     * @return a byte of it, to be used by something that the compiler keeps
     */
    public long prefetchKey(int row) {
        SegmentBody opened = bodies.current();
        try {
            return opened == null ? 0 : opened.prefetchKey(row);
        } catch (IOException | InternalError e) {
            return 0; // it is found again when the key is compared
        }
    }

    /**
     * Reads all keys again.
     *
     * @return the keys by row
     * @throws CorruptFileException if they are damaged
     * @throws ChangedFileException if the file was deleted or is another one
     * @throws IOException if they cannot be read now
     */
    public Keys readKeys() throws IOException {
        SegmentHeader header = bodies.body().header();
        return Interrupts.shield(() -> file.readKeys(header));
    }

    /** Remembers that a row is not what was written; returns true for the first one of the file. */
    public boolean markBad(int row) {
        unservedRows.mark(row);
        return suspect.compareAndSet(false, true);
    }

    /** {@return true if any row was marked as bad} */
    public boolean suspect() {
        return suspect.get();
    }

    /** Remembers that a tombstone killed a row; returns false if it was known. */
    public boolean markRemoved(int row) {
        boolean added = !removedRows.isMarked(row);
        removedRows.mark(row);
        unservedRows.mark(row);
        return added;
    }

    /** {@return true if a tombstone killed a row} */
    public boolean isRemoved(int row) {
        return removedRows.isMarked(row);
    }

    /** {@return true if a row was marked as bad or as removed, and is a miss} */
    public boolean isUnserved(int row) {
        return unservedRows.isMarked(row);
    }

    /** Remembers that a row was read and found right. */
    public void markChecked(int row) {
        checkedRows.mark(row);
    }

    /** {@return true if a row was read and found right before} */
    public boolean isChecked(int row) {
        return checkedRows.isMarked(row);
    }

    /**
     * Closes the channel of a file that is read by positional reads. A mapping is left to the
     * garbage collector: a thread may still be copying from it.
     *
     * @throws IOException if it cannot be closed
     */
    @Override
    public void close() throws IOException {
        bodies.close();
    }
}
