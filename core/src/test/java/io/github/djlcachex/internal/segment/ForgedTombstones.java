package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.row.Keys;

import java.io.IOException;
import java.nio.file.Path;

/** Tombstones that no remover would write, though they are well formed. */
public final class ForgedTombstones {

    private ForgedTombstones() {}

    /** Reads a set of names that nobody has. */
    public static SegmentRanges ranges(String text) {
        return SegmentRanges.parse(text).orElseThrow();
    }

    /** Writes one. */
    public static Path write(
            Path directory, SegmentName name, Contract generation, Keys keys, SegmentRanges covers)
            throws IOException {
        SegmentWriter writer = new SegmentWriter(new FileStorage(), directory, false);
        try (SegmentDraft draft = writer.begin(name)) {
            draft.commitTombstone(Tombstone.segment(keys, generation), 0, covers);
        }
        return directory.resolve(name.committedFile());
    }
}
