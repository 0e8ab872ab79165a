package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.SnapshotScan;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/**
 * A SnapshotReader reads the rows of one {@link SnapshotPart}, batch by batch, each row held
 * against its CRC32C.
 *
 * <p>A batch has at most 4096 rows and 4 MiB, unless a single row has more. A row that is not what
 * was written is skipped and counted. For one thread.
 */
public final class SnapshotReader implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(SnapshotReader.class);

    private final SnapshotScan scan;

    SnapshotReader(SnapshotScan scan) {
        this.scan = scan;
    }

    /**
     * Reads the next batch.
     *
     * @return false if there are no more rows
     * @throws CorruptFileException if the file was truncated meanwhile
     * @throws CacheIoException if the file cannot be read, or this reader was closed
     */
    public boolean next() {
        return scan.next();
    }

    /**
     * Returns the keys of the batch.
     *
     * @return the keys, one a row
     * @throws IllegalStateException unless {@link #next} has returned true
     */
    public Keys keys() {
        return scan.keys();
    }

    /**
     * Returns the rows of the batch, on the heap. The next batch may come into the same memory:
     * copy what is to stay.
     *
     * @return the rows, valid until {@link #next} is called
     * @throws IllegalStateException unless {@link #next} has returned true
     */
    public RowBatch rows() {
        return scan.rows();
    }

    /**
     * Returns the checksum that is stored with a row: CRC32C over its key and its bytes, as they
     * are stored. Two copies of a row under one key have the same.
     *
     * @param row the row in the batch, from 0
     * @return the checksum
     * @throws IllegalStateException unless {@link #next} has returned true
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int checksum(int row) {
        return scan.checksum(row);
    }

    /**
     * Returns how many rows were skipped so far, since they are not what was written.
     *
     * @return the number of rows
     */
    public long damagedRows() {
        return scan.damagedRows();
    }

    /** Closes the file. A second call does nothing. */
    @Override
    public void close() {
        try {
            scan.close();
        } catch (IOException e) {
            logger.warn("cannot close a segment that was read", e);
        }
    }
}
