package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.SnapshotFile;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.StaleSnapshotException;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * A SnapshotPart is the rows of a {@link CacheSnapshot} that are in one segment file.
 *
 * <p>It is small, and may be serialized: a process that reaches the same file at the same path
 * reads its rows, and needs no open cache for that. Immutable.
 */
public final class SnapshotPart implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The file, and which of its rows are in the snapshot. */
    private final SnapshotFile part;

    SnapshotPart(SnapshotFile part) {
        this.part = part;
    }

    /**
     * Returns the path of the file.
     *
     * @return the path, absolute
     */
    public Path file() {
        return part.file();
    }

    /**
     * Returns the number of rows.
     *
     * @return how many rows of the file are in the snapshot
     */
    public int rows() {
        return part.rows();
    }

    /**
     * Returns the size of the file, rows included that are not in the snapshot.
     *
     * @return the size in bytes; 0 if the file was damaged when the snapshot was taken
     */
    public long bytes() {
        return part.bytes();
    }

    /**
     * Opens the file, to read its rows as {@link FeatureCache#gather} gives them.
     *
     * @return the reader, to be closed
     * @throws CorruptFileException if the file as a whole is damaged, or another one
     * @throws StaleSnapshotException if the file was deleted since the snapshot was taken
     * @throws CacheIoException if the file cannot be read
     */
    public SnapshotReader open() {
        return new SnapshotReader(part.open(true));
    }

    /**
     * Opens the file, to read its rows as they are stored: in the columns of {@link
     * CacheSnapshot#storedSchema}.
     *
     * @return the reader, to be closed
     * @throws CorruptFileException if the file as a whole is damaged, or another one
     * @throws StaleSnapshotException if the file was deleted since the snapshot was taken
     * @throws CacheIoException if the file cannot be read
     */
    public SnapshotReader openStored() {
        return new SnapshotReader(part.open(false));
    }

    @Override
    public String toString() {
        return "SnapshotPart(" + part + ")";
    }
}
