package io.github.djlcachex.segment;

import io.github.djlcachex.io.FileStorage;
import io.github.djlcachex.io.Interrupts;
import io.github.djlcachex.io.LateErrors;
import io.github.djlcachex.io.ReadableFile;
import io.github.djlcachex.io.Storage;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A committed segment file, open for reading.
 *
 * <p>Safe for use by many threads. A row is always copied out before anything is computed from it.
 * What was copied may still be wrong: the caller checks it, and marks the row if it is.
 */
public final class SegmentFile implements RowSource, Closeable {

    private final Path path;
    private final SegmentHeader header;
    private final RowAccess access;
    private final int[] rowBytes;
    private final AtomicReference<@Nullable RowBits> badRows = new AtomicReference<>();
    private final AtomicReference<@Nullable RowBits> checkedRows = new AtomicReference<>();

    private SegmentFile(Path path, SegmentHeader header, RowAccess access) {
        this.path = path;
        this.header = header;
        this.access = access;
        List<Column> columns = header.contract().schema().columns();
        this.rowBytes = columns.stream().mapToInt(Column::rowBytes).toArray();
    }

    /**
     * A file that was just opened, with its keys.
     *
     * @param file the file
     * @param keys its keys by row
     */
    public record Opened(SegmentFile file, Keys keys) {}

    /**
     * Opens a file and proves its metadata and keys.
     *
     * @param storage the storage
     * @param path the file's path
     * @param name the file's name
     * @param mapped true to map the file, false to read it by positional reads
     * @return the file and its keys
     * @throws CorruptFileException if the file is damaged, or is not the segment of that name
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public static Opened open(Storage storage, Path path, SegmentName name, boolean mapped)
            throws IOException {
        return Interrupts.shield(
                () -> {
                    ReadableFile file = storage.open(path);
                    boolean kept = false;
                    try {
                        SegmentHeader header = SegmentHeader.read(file, name);
                        Keys keys = KeyBuffers.read(file, header);
                        RowAccess access = RowAccess.of(file, header.fileBytes(), mapped);
                        kept = !access.mapped();
                        return new Opened(new SegmentFile(path, header, access), keys);
                    } finally {
                        if (!kept) {
                            file.close();
                        }
                    }
                });
    }

    /**
     * Proves metadata and keys of a committed file, for other readers of it.
     *
     * @param path the file's path, with its name
     * @throws CorruptFileException if the file is damaged, or is not the segment of that name
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public static void prove(Path path) throws IOException {
        String fileName = String.valueOf(path.getFileName());
        SegmentName name = SegmentName.parse(fileName, SegmentName.COMMITTED).orElseThrow();
        open(new FileStorage(), path, name, false).file().close();
    }

    /**
     * Reads only the contract that a file repeats.
     *
     * @param storage the storage
     * @param path the file's path
     * @param name the file's name
     * @return the contract
     * @throws CorruptFileException if the file is damaged
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public static Contract readContract(Storage storage, Path path, SegmentName name)
            throws IOException {
        return readHeader(storage, path, name).contract();
    }

    /**
     * Reads only how many rows a file was written with.
     *
     * @param storage the storage
     * @param path the file's path
     * @param name the file's name
     * @return the number of rows
     * @throws CorruptFileException if the file's metadata is damaged
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public static int readRowCount(Storage storage, Path path, SegmentName name)
            throws IOException {
        return readHeader(storage, path, name).seal().rows();
    }

    private static SegmentHeader readHeader(Storage storage, Path path, SegmentName name)
            throws IOException {
        return Interrupts.shield(
                () -> {
                    try (ReadableFile file = storage.open(path)) {
                        return SegmentHeader.read(file, name);
                    }
                });
    }

    /**
     * Returns the path.
     *
     * @return the path
     */
    public Path path() {
        return path;
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public SegmentName name() {
        return header.facts().name();
    }

    /**
     * Returns the contract that the file repeats.
     *
     * @return the contract
     */
    public Contract contract() {
        return header.contract();
    }

    /**
     * Returns the size of the file.
     *
     * @return the size in bytes
     */
    public long fileBytes() {
        return header.fileBytes();
    }

    /**
     * Returns when the file was written.
     *
     * @return milliseconds since 1970, by the writer's clock
     */
    public long committedAtMs() {
        return header.facts().committedAtMs();
    }

    /**
     * Tells whether the file is mapped.
     *
     * @return false if it is read by positional reads
     */
    public boolean mapped() {
        return access.mapped();
    }

    @Override
    public int rows() {
        return header.seal().rows();
    }

    @Override
    public int copyRow(int row, RowBatch into, int position) throws IOException {
        LayoutV1 layout = header.layout();
        for (int c = 0; c < rowBytes.length; c++) {
            long offset = layout.columnOffset(c) + (long) row * rowBytes[c];
            access.copy(offset, into.buffer(c), position * rowBytes[c], rowBytes[c]);
        }
        return access.getInt(layout.crcOffset(row));
    }

    @Override
    public boolean hasKey(int row, StringKeys keys, int position) {
        LayoutV1 layout = header.layout();
        int length = keys.byteLength(position);
        try {
            int from = access.getInt(layout.keyBoundaryOffset(row));
            int to = access.getInt(layout.keyBoundaryOffset(row + 1));
            byte[] stored = new byte[length];
            if (to - from == length && from >= 0 && to <= layout.keyBytes()) {
                access.copy(layout.keysOffset() + from, ByteBuffer.wrap(stored), 0, length);
            }
            if (keys.equalsUtf8(position, stored, 0, length)) {
                return true;
            }
            LateErrors.arrive(); // a read that failed left zeros, which no key has
            return false;
        } catch (IOException | InternalError e) {
            return false; // as if the key were another one: the row is a miss
        }
    }

    /**
     * Reads all keys again.
     *
     * @param storage the storage
     * @return the keys by row
     * @throws CorruptFileException if they are damaged
     * @throws IOException if they cannot be read
     */
    public Keys readKeys(Storage storage) throws IOException {
        return Interrupts.shield(
                () -> {
                    try (ReadableFile file = storage.open(path)) {
                        return KeyBuffers.read(file, header);
                    }
                });
    }

    /**
     * Remembers that a row could not be read, or was not what was written.
     *
     * @param row the row
     * @return true if it is the first such row of the file
     */
    public boolean markBad(int row) {
        boolean first = badRows.get() == null && badRows.compareAndSet(null, new RowBits(rows()));
        bits(badRows).set(row);
        return first;
    }

    /**
     * Tells whether a row was marked.
     *
     * @param row the row
     * @return true if it was
     */
    public boolean isBad(int row) {
        RowBits bits = badRows.get();
        return bits != null && bits.get(row);
    }

    /**
     * Tells whether any row was marked.
     *
     * @return true if the file is suspect
     */
    public boolean suspect() {
        return badRows.get() != null;
    }

    /**
     * Remembers that a row was read and found right.
     *
     * @param row the row
     */
    public void markChecked(int row) {
        bits(checkedRows).set(row);
    }

    /**
     * Tells whether a row was read and found right before.
     *
     * @param row the row
     * @return true if it was
     */
    public boolean isChecked(int row) {
        RowBits bits = checkedRows.get();
        return bits != null && bits.get(row);
    }

    /**
     * Closes the channel of a file that is read by positional reads. A mapping is left to the
     * garbage collector: a thread may still be copying from it.
     *
     * @throws IOException if it cannot be closed
     */
    @Override
    public void close() throws IOException {
        access.close();
    }

    private RowBits bits(AtomicReference<@Nullable RowBits> holder) {
        RowBits bits = holder.get();
        if (bits == null) {
            holder.compareAndSet(null, new RowBits(rows()));
            bits = Objects.requireNonNull(holder.get());
        }
        return bits;
    }
}
