package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A tombstone removes the rows of some keys from some segments, which stay as they are.
 *
 * <p>Its file is a segment of these keys, with a column that says nothing. So what proves a segment
 * proves a tombstone, and what reads Arrow reads its keys.
 *
 * @param name the name of its file
 * @param keys the keys
 * @param covers the segments that were there when it was made
 */
public record Tombstone(SegmentName name, Keys keys, SegmentRanges covers) {

    /** The most keys of one tombstone: the longest ones fit one segment. */
    public static final int MAX_KEYS = 1 << 17;

    private static final RowSchema SCHEMA =
            RowSchema.of(Column.of("djlcachex.removed", ElementType.BOOLEAN));

    /**
     * Tells whether it touches rows of a segment.
     *
     * @param segment the segment's name
     * @param lineage what the segment says of its rows
     * @return true if it kills the rows of its keys there
     */
    public boolean touches(SegmentName segment, Lineage lineage) {
        return covers.contains(segment)
                || (lineage.derivedFrom().meets(covers) && !lineage.applied().contains(name));
    }

    /**
     * Reads and proves a file.
     *
     * @param storage the storage
     * @param path the file's path
     * @param name the file's name
     * @param generation the contract of the generation
     * @return the tombstone
     * @throws CorruptFileException if it is damaged, or not of this generation
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public static Tombstone read(Storage storage, Path path, SegmentName name, Contract generation)
            throws IOException {
        return Interrupts.shield(
                () -> {
                    try (ReadableFile file = storage.open(path)) {
                        SegmentHeader header = SegmentHeader.read(file, name);
                        check(header.contract(), contract(generation), name);
                        Keys keys = KeyBuffers.read(file, header);
                        return new Tombstone(name, keys, header.facts().covers());
                    }
                });
    }

    private static void check(Contract found, Contract expected, SegmentName name) {
        if (!found.moduleId().equals(expected.moduleId())
                || !found.fingerprint().equals(expected.fingerprint())
                || !found.sameRows(expected)) {
            throw CorruptSegment.exception(
                    name.committedFile(),
                    "a tombstone of module '" + expected.moduleId() + "'",
                    "a file of module '" + found.moduleId() + "', " + found.schema(),
                    null);
        }
    }

    /**
     * Returns the rows of a tombstone's file.
     *
     * @param keys the keys of the rows to remove, 1 to {@link #MAX_KEYS}
     * @param generation the contract of the generation
     * @return the sealed segment
     */
    public static OpenSegment segment(Keys keys, Contract generation) {
        RowBatch removed = RowBatch.allocateOnHeap(SCHEMA, keys.size());
        for (int i = 0; i < keys.size(); i++) {
            removed.buffer(0).put(i, (byte) 1);
        }
        RowCrc crc = new RowCrc(removed);
        OpenSegment segment =
                new OpenSegment(contract(generation), OpenSegment.MAX_BYTES, keys.size(), 0);
        for (int i = 0; i < keys.size(); i++) {
            segment.append(keys, removed, i, crc.of(keys, i, i));
        }
        return segment;
    }

    /** The contract of its file: the rows of no tombstone are ever taken for the generation's. */
    private static Contract contract(Contract generation) {
        return new Contract(
                generation.moduleId(),
                generation.fingerprint(),
                generation.keyType(),
                SCHEMA,
                generation.hashSeed());
    }
}
