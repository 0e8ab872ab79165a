package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Deletions;
import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.OpenedFile;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A segment file that was proven once and is opened again by its name.
 *
 * @param storage the storage
 * @param path the file's path
 * @param name the file's name
 * @param proof what the file was when it was proven
 */
record ProvenFile(Storage storage, Path path, SegmentName name, SegmentProof proof) {

    /**
     * Opens the file and proves that it is the same.
     *
     * @throws ChangedFileException if it is not
     * @throws IOException if that cannot be told now
     */
    SegmentBody open(boolean mapped) throws IOException {
        try {
            return read(mapped);
        } catch (NotRegularFileException | CacheException e) {
            throw new ChangedFileException(path + " is not what was written", e);
        } catch (NoSuchFileException e) {
            throw missing(e);
        }
    }

    /** Reads the metadata alone, and proves that it is that of the same file. */
    SegmentHeader readHeader() throws IOException {
        try (SegmentBody body = open(false)) {
            return body.header();
        }
    }

    /** Reads the keys that the header of this file proves. */
    Keys readKeys(SegmentHeader header) throws IOException {
        try (ReadableFile file = storage.open(path)) {
            return KeyBuffers.read(file, header);
        } catch (NotRegularFileException e) {
            throw new ChangedFileException(path + " is no file any more", e);
        } catch (NoSuchFileException e) {
            throw missing(e);
        }
    }

    private IOException missing(NoSuchFileException e) {
        return Deletions.isDeleted(storage, path)
                ? new DeletedFileException(path + " was deleted", e)
                : e;
    }

    private SegmentBody read(boolean mapped) throws IOException {
        try (OpenedFile opened = new OpenedFile(storage.open(path))) {
            SegmentBody body = SegmentBody.read(opened.file(), name, mapped);
            if (!SegmentProof.of(body.header()).equals(proof)) {
                body.close();
                throw new ChangedFileException(path + " is not the file that it was");
            }
            opened.keepIf(!body.mapped());
            return body;
        }
    }
}
