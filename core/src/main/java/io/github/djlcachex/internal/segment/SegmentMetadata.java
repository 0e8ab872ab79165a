package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;

import java.io.IOException;
import java.nio.file.Path;

/** What a segment file says of itself, read without its rows. */
public final class SegmentMetadata {

    private SegmentMetadata() {}

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
     * Proves metadata and keys of a committed file, for other readers of it.
     *
     * @param path the file's path, with its name
     * @return the columns that are stored in it
     * @throws CorruptFileException if the file is damaged, or is not the segment of that name
     * @throws IOException if it cannot be read
     */
    public static RowSchema prove(Path path) throws IOException {
        String fileName = String.valueOf(path.getFileName());
        SegmentName name = SegmentName.parse(fileName, SegmentName.COMMITTED).orElseThrow();
        try (SegmentFile file = SegmentFile.open(new FileStorage(), path, name, false).file()) {
            return file.contract().schema();
        }
    }

    /**
     * Reads what a file says of its rows.
     *
     * @param storage the storage
     * @param path the file's path
     * @param name the file's name
     * @return the facts
     * @throws CorruptFileException if the file's metadata is damaged
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public static SegmentFacts readFacts(Storage storage, Path path, SegmentName name)
            throws IOException {
        return SegmentFacts.of(readHeader(storage, path, name));
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
}
