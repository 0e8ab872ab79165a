package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Deletions;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ContractJson;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentProof;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.StaleSnapshotException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A SnapshotFile is one segment file in a snapshot: what proves that a file is that one, and which
 * of its rows the snapshot has. Immutable. It may be serialized and read by another process.
 */
public final class SnapshotFile implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String ADVICE =
            "take a new snapshot, since the rows may be in another file by now";

    private final String path;
    private final String contract; // one text for all files of a snapshot
    private final long bytes;
    private final int fileRows;
    private final int metadataCrc;
    private final int keysCrc;
    private final ChosenRows chosen;
    private final @Nullable String damage;
    private final transient @Nullable Storage storage;

    private SnapshotFile(
            String path,
            String contract,
            long bytes,
            SegmentProof proof,
            ChosenRows chosen,
            @Nullable String damage,
            @Nullable Storage storage) {
        this.path = path;
        this.contract = contract;
        this.bytes = bytes;
        this.fileRows = proof.rows();
        this.metadataCrc = proof.metadataCrc();
        this.keysCrc = proof.keysCrc();
        this.chosen = chosen;
        this.damage = damage;
        this.storage = storage;
    }

    static SnapshotFile of(
            Storage storage, String contract, SegmentFile file, long bytes, ChosenRows chosen) {
        String path = file.path().toAbsolutePath().toString();
        return new SnapshotFile(path, contract, bytes, file.proof(), chosen, null, storage);
    }

    /** A file that the index leads to and that is damaged: it can be counted, and not be opened. */
    static SnapshotFile damaged(
            Storage storage, String contract, SegmentFile file, Exception damage) {
        String path = file.path().toAbsolutePath().toString();
        ChosenRows all = ChosenRows.all(file.rows());
        String problem = damage.toString();
        return new SnapshotFile(path, contract, 0, file.proof(), all, problem, storage);
    }

    /** The same file with fewer rows. */
    SnapshotFile with(ChosenRows fewer) {
        return new SnapshotFile(path, contract, bytes, proof(), fewer, damage, storage);
    }

    private SegmentProof proof() {
        return new SegmentProof(fileRows, metadataCrc, keysCrc);
    }

    ChosenRows chosen() {
        return chosen;
    }

    /** The file's path. */
    public Path file() {
        return Path.of(path);
    }

    /** The number of rows that the snapshot has of the file. */
    public int rows() {
        return chosen.count();
    }

    /** The size of the file; 0 if it was damaged when the snapshot was taken. */
    public long bytes() {
        return bytes;
    }

    /**
     * Opens the file.
     *
     * @param served true to widen rows that are stored in another precision, or sparse
     * @throws CorruptFileException if the file is damaged, or another one
     * @throws StaleSnapshotException if the file was deleted
     * @throws CacheIoException if it cannot be read now
     */
    public SnapshotScan open(boolean served) {
        SegmentFile.Opened opened = openFile();
        try {
            return scan(opened, served);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private SnapshotScan scan(SegmentFile.Opened opened, boolean served) throws IOException {
        boolean kept = false;
        try {
            Narrowing narrowing = served ? Narrowing.of(opened.file().contract().schema()) : null;
            SnapshotScan scan = new SnapshotScan(this, opened, narrowing);
            kept = true;
            return scan;
        } finally {
            if (!kept) {
                opened.file().close();
            }
        }
    }

    /** All keys of the file, by row. */
    Keys readKeys() {
        SegmentFile.Opened opened = openFile();
        try {
            opened.file().close();
            return opened.keys();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private SegmentFile.Opened openFile() {
        if (damage != null) {
            throw corrupt(damage, null);
        }
        try {
            return openProven();
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (NotRegularFileException e) {
            throw corrupt("no file, but " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private SegmentFile.Opened openProven() throws IOException {
        SegmentFile.Opened opened =
                SegmentFile.openToScan(storage(), file(), Verifier.nameOf(file()));
        boolean right = false;
        try {
            Contract expected = ContractJson.decode(contract, "the contract of a snapshot");
            right =
                    opened.file().proof().equals(proof())
                            && opened.file().contract().sameGeneration(expected);
        } finally {
            if (!right) {
                opened.file().close();
            }
        }
        if (!right) {
            throw corrupt("another file", null);
        }
        return opened;
    }

    private Storage storage() {
        Storage given = storage;
        return given == null ? new FileStorage() : given;
    }

    CorruptFileException corrupt(String found, @Nullable Throwable cause) {
        return new CorruptFileException(
                Problem.of(
                        path,
                        "the segment that the snapshot was taken of",
                        found,
                        "have repair() save its intact rows, then take a new snapshot",
                        cause));
    }

    private RuntimeException missing(NoSuchFileException cause) {
        if (!Deletions.isDeleted(storage(), file())) {
            return unreadable(cause);
        }
        return new StaleSnapshotException(
                Problem.of(
                        path,
                        "the segment that the snapshot was taken of",
                        "no file: a compaction, a removal or an eviction deleted it",
                        ADVICE,
                        cause));
    }

    CacheIoException unreadable(IOException cause) {
        return new CacheIoException(
                Problem.of(
                        path,
                        "a file that can be read",
                        cause.toString(),
                        "check that the filesystem is there, at the same path; then " + ADVICE,
                        cause));
    }

    @Override
    public String toString() {
        return path + ": " + rows() + " of " + fileRows + " rows";
    }
}
