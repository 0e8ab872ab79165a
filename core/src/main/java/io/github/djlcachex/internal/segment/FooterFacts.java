package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.CorruptFileException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a segment's footer says of it.
 *
 * @param name its name, writer and sequence
 * @param rows the number of rows
 * @param committedAtMs when it was written, in milliseconds since 1970 by the writer's clock
 */
record FooterFacts(SegmentName name, int rows, long committedAtMs) {

    private static final String WRITER = "djlcachex.writer";
    private static final String SEQUENCE = "djlcachex.sequence";
    private static final String ROWS = "djlcachex.rows";
    private static final String COMMITTED_AT = "djlcachex.committedAtMs";

    /** What the facts are called in the footer. */
    static final Set<String> KEYS = Set.of(WRITER, SEQUENCE, ROWS, COMMITTED_AT);

    /** The most bytes of a fact. */
    static final int MAX_BYTES = 256;

    Map<String, String> encode() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(WRITER, name.writer().toString());
        metadata.put(SEQUENCE, Long.toString(name.sequence()));
        metadata.put(ROWS, Integer.toString(rows));
        metadata.put(COMMITTED_AT, Long.toString(committedAtMs));
        return metadata;
    }

    /**
     * Reads the facts and holds them against the file's name and row count.
     *
     * @throws CorruptFileException if the file holds another segment than its name says
     */
    static FooterFacts decode(
            Map<String, String> metadata, SegmentName name, int rows, String subject) {
        try {
            FooterFacts facts =
                    new FooterFacts(name, rows, Long.parseLong(value(metadata, COMMITTED_AT)));
            if (!metadata.entrySet().containsAll(facts.encode().entrySet())) {
                throw CorruptSegment.exception(
                        subject,
                        "the segment " + name + " of " + rows + " rows",
                        "one that was renamed or copied: " + metadata,
                        null);
            }
            return facts;
        } catch (NumberFormatException e) {
            throw CorruptSegment.exception(
                    subject, "a number as commit time", String.valueOf(e.getMessage()), e);
        }
    }

    private static String value(Map<String, String> metadata, String key) {
        return metadata.getOrDefault(key, "nothing");
    }
}
