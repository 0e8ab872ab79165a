package io.github.djlcachex.cache;

import io.github.djlcachex.segment.SegmentFile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A committed segment file.
 *
 * @param file its path
 * @param rows the rows that it holds, duplicates of other segments included
 * @param bytes the size of the file
 * @param writer the writer's name: host, boot, process and random bits
 * @param committedAt when its writer committed it, by that writer's clock
 */
public record SegmentInfo(Path file, int rows, long bytes, String writer, Instant committedAt) {

    static SegmentInfo of(SegmentFile file) throws IOException {
        return new SegmentInfo(
                file.path(),
                file.rows(),
                file.fileBytes(),
                file.name().writer().toString(),
                Instant.ofEpochMilli(file.committedAtMs()));
    }
}
