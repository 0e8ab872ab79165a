package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.Outage;
import io.github.djlcachex.internal.segment.SegmentFacts;
import io.github.djlcachex.internal.segment.SegmentFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a segment file says of itself. */
public record SegmentSummary(Path file, int rows, long bytes, String writer, Instant committedAt) {

    private static final Logger logger = LoggerFactory.getLogger(SegmentSummary.class);

    static SegmentSummary of(SegmentFile file) throws IOException {
        return new SegmentSummary(
                file.path(),
                file.rows(),
                file.fileBytes(),
                file.name().writer().toString(),
                Instant.ofEpochMilli(file.committedAtMs()));
    }

    static SegmentSummary of(Path file, SegmentFacts facts) {
        return new SegmentSummary(
                file,
                facts.rows(),
                facts.fileBytes(),
                facts.name().writer().toString(),
                Instant.ofEpochMilli(facts.committedAtMs()));
    }

    /** Summaries of the files that can be read now; of the others there is one warning. */
    static List<SegmentSummary> of(Iterable<SegmentFile> files, Path directory, Outage outage) {
        List<SegmentSummary> segments = new ArrayList<>();
        int left = 0;
        for (SegmentFile file : files) {
            try {
                segments.add(of(file));
            } catch (IOException e) {
                logger.debug("{} is not readable", file.path(), e);
                left++;
            }
        }
        if (left > 0 && !outage.any()) { // an outage has its own warning
            logger.warn("{} segments in {} are not readable now", left, directory);
        }
        return segments;
    }
}
