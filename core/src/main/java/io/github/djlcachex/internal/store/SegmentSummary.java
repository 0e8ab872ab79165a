package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentFile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** What a segment file says of itself. */
public record SegmentSummary(Path file, int rows, long bytes, String writer, Instant committedAt) {

    static SegmentSummary of(SegmentFile file) throws IOException {
        return new SegmentSummary(
                file.path(),
                file.rows(),
                file.fileBytes(),
                file.name().writer().toString(),
                Instant.ofEpochMilli(file.committedAtMs()));
    }
}
