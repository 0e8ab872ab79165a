package io.github.djlcachex.internal.index;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.internal.io.Deletions;
import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.OpenedFile;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * An open snapshot: an index of many segments in one file, derived from them.
 *
 * <p>The file is blocks of slots ({@link SnapshotLayout}), the table of segments ({@link
 * CoveredSegment}) and a footer ({@link SnapshotFooter}). Footer and table are proven at open, a
 * block when it is first touched. It is replaced by a rename, never changed.
 */
public final class IndexSnapshotFile implements Closeable {

    private static final Logger logger = LoggerFactory.getLogger(IndexSnapshotFile.class);

    /** Where it is, and how it was opened. */
    private record Source(
            Storage storage, Path path, KeyType keyType, long hashSeed, boolean mapping) {}

    private final Source source;
    private final SnapshotFooter footer;
    private final List<CoveredSegment> segments;
    private volatile SnapshotBlocks blocks;
    private volatile boolean distrusted;

    private volatile boolean closed;

    private IndexSnapshotFile(
            Source source,
            SnapshotFooter footer,
            List<CoveredSegment> segments,
            SnapshotBlocks blocks) {
        this.source = source;
        this.footer = footer;
        this.segments = List.copyOf(segments);
        this.blocks = blocks;
    }

    /**
     * Opens an index snapshot.
     *
     * @param storage the storage
     * @param path the file
     * @param keyType the key type of the generation
     * @param hashSeed the hash seed of the generation
     * @param mapped true to map the file, false to read it by positional reads
     * @return the snapshot
     * @throws CorruptFileException if it is damaged, of another generation, or of another version
     * @throws IOException if it cannot be read
     */
    public static IndexSnapshotFile open(
            Storage storage, Path path, KeyType keyType, long hashSeed, boolean mapped)
            throws IOException {
        Source source = new Source(storage, path, keyType, hashSeed, mapped);
        return Interrupts.shield(
                () -> {
                    try (OpenedFile opened = new OpenedFile(storage.open(path))) {
                        IndexSnapshotFile snapshot = read(opened.file(), source);
                        opened.keepIf(!snapshot.blocks.mapped());
                        return snapshot;
                    } catch (EOFException | IllegalArgumentException e) {
                        throw new CorruptFileException(
                                Problem.of(
                                        path.toString(),
                                        "an index snapshot of this generation",
                                        String.valueOf(e.getMessage()),
                                        "the index is built without it; it may be deleted",
                                        e));
                    }
                });
    }

    private static IndexSnapshotFile read(ReadableFile file, Source source) throws IOException {
        long fileBytes = file.sizeBytes();
        if (fileBytes < SnapshotFooter.BYTES) {
            throw new IllegalArgumentException(fileBytes + " bytes");
        }
        SnapshotFooter footer =
                SnapshotFooter.decode(
                        read(file, fileBytes - SnapshotFooter.BYTES, SnapshotFooter.BYTES));
        if (footer.keyType() != source.keyType() || footer.hashSeed() != source.hashSeed()) {
            throw new IllegalArgumentException("one of another generation");
        }
        if (footer.homeBlocks() < 1
                || footer.blocks() < footer.homeBlocks()
                || footer.tableBytes() < 0
                || footer.fileBytes() != fileBytes) {
            throw new IllegalArgumentException(fileBytes + " bytes and " + footer);
        }
        ByteBuffer table =
                read(
                        file,
                        fileBytes - SnapshotFooter.BYTES - footer.tableBytes(),
                        footer.tableBytes());
        if (Crc32c.of(table) != footer.tableCrc()) {
            throw new IllegalArgumentException("another checksum of the table");
        }
        List<CoveredSegment> segments = CoveredSegment.decode(table);
        long identity = CoveredSegment.identity(segments);
        return new IndexSnapshotFile(
                source,
                footer,
                segments,
                SnapshotBlocks.of(file, footer.blocks(), source.mapping(), identity));
    }

    private static ByteBuffer read(ReadableFile file, long position, int bytes) throws IOException {
        ByteBuffer buffer = SnapshotFooter.allocate(bytes);
        file.readFully(buffer, position);
        return buffer.rewind();
    }

    /**
     * Returns the segments that it covers, in the order of their numbers here.
     *
     * @return the segments
     */
    public List<CoveredSegment> segments() {
        return segments;
    }

    /**
     * Tells whether it covers these segments and no others, in this order.
     *
     * @param files the segments
     * @return true if a segment's place in the list is its number here
     */
    public boolean covers(List<? extends KeySource> files) {
        boolean covers = files.size() == segments.size();
        for (int i = 0; i < segments.size() && covers; i++) {
            covers = segments.get(i).isSameFile(files.get(i));
        }
        return covers;
    }

    /**
     * Returns the number of entries.
     *
     * @return the number of keys that it leads to a row
     */
    public long entries() {
        return footer.entries();
    }

    /**
     * Reads every block.
     *
     * @throws IOException if one cannot be read or is not as it was written
     */
    public void prove() throws IOException {
        for (int block = 0; block < footer.blocks(); block++) {
            blocks.holding(block);
        }
    }

    /**
     * Says that it may hide rows: a segment that it prefers cannot be read, and others have some of
     * its rows.
     */
    public void distrust() {
        distrusted = true;
    }

    boolean distrusted() {
        return distrusted;
    }

    SnapshotFooter footer() {
        return footer;
    }

    SnapshotBlocks blocks() {
        return blocks;
    }

    /**
     * Opens the file again by its name, unless another thread has since the caller read.
     *
     * @param failed what could not be read
     * @return what to read instead
     * @throws DamagedBlockException if the file of that name is another one, damaged or deleted
     * @throws IOException if it cannot be opened now, or was closed
     */
    synchronized SnapshotBlocks reopen(SnapshotBlocks failed) throws IOException {
        if (closed) {
            throw new IOException(source.path() + " was closed");
        }
        if (blocks == failed) {
            IndexSnapshotFile fresh = openSame();
            blocks = fresh.blocks;
            closeFailed(failed);
        }
        return blocks;
    }

    boolean closed() {
        return closed;
    }

    private void closeFailed(SnapshotBlocks failed) {
        try {
            failed.close();
        } catch (IOException e) {
            logger.debug("cannot close {}", source.path(), e);
        }
    }

    private IndexSnapshotFile openSame() throws IOException {
        try {
            IndexSnapshotFile fresh =
                    open(
                            source.storage(),
                            source.path(),
                            source.keyType(),
                            source.hashSeed(),
                            source.mapping());
            if (!fresh.footer.equals(footer) || !fresh.segments.equals(segments)) {
                fresh.close();
                throw new DamagedBlockException(source.path() + " is another one by now");
            }
            return fresh;
        } catch (CorruptFileException | NotRegularFileException e) {
            throw new DamagedBlockException(source.path() + " is damaged", e);
        } catch (NoSuchFileException e) {
            throw Deletions.isDeleted(source.storage(), source.path())
                    ? new DamagedBlockException(source.path() + " was deleted", e)
                    : e;
        }
    }

    /**
     * Closes the file if it is read by positional reads; a mapping is left to the garbage
     * collector.
     *
     * @throws IOException if it cannot be closed
     */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        blocks.close();
    }
}
