package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.WritableFile;

import java.io.Closeable;
import java.io.IOException;

/**
 * The file of a segment while it has its temporary name.
 *
 * <p>Its commit renames it. So who deletes the temporary file keeps the segment from ever being
 * committed, however long its writer was paused.
 */
public final class SegmentDraft implements Closeable {

    private final SegmentWriter writer;
    private final SegmentName name;
    private final WritableFile file;
    private boolean ended;

    SegmentDraft(SegmentWriter writer, SegmentName name, WritableFile file) {
        this.writer = writer;
        this.name = name;
        this.file = file;
    }

    /**
     * Writes and commits the segment, once.
     *
     * @param segment the sealed segment, with at least one row
     * @param committedAtMs the present time in milliseconds since 1970
     * @param lineage the segments that its rows come from
     * @return the committed file
     * @throws IOException if any step failed; the rows are not on disk
     */
    public SegmentWriter.Committed commit(OpenSegment segment, long committedAtMs, Lineage lineage)
            throws IOException {
        return commit(segment, committedAtMs, lineage, SegmentRanges.NONE);
    }

    /**
     * Writes and commits a tombstone, once.
     *
     * @param keys the keys of the rows that it kills
     * @param committedAtMs the present time in milliseconds since 1970
     * @param covers the segments whose rows it kills
     * @return the committed file
     * @throws IOException if any step failed; the rows are not removed
     */
    public SegmentWriter.Committed commitTombstone(
            OpenSegment keys, long committedAtMs, SegmentRanges covers) throws IOException {
        return commit(keys, committedAtMs, Lineage.none(committedAtMs), covers);
    }

    private SegmentWriter.Committed commit(
            OpenSegment segment, long committedAtMs, Lineage lineage, SegmentRanges covers)
            throws IOException {
        ended = true;
        FooterFacts facts = new FooterFacts(name, segment.rows(), committedAtMs, lineage, covers);
        return writer.commit(segment, facts, file);
    }

    /** Deletes the file, if it was not committed. */
    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            try {
                file.close();
            } finally {
                writer.discard(name);
            }
        }
    }
}
