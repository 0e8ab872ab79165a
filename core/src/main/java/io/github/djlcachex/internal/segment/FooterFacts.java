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
 * @param lineage the segments that its rows come from, and what was removed from them
 * @param covers of a tombstone, the segments whose rows it kills
 */
record FooterFacts(
        SegmentName name, int rows, long committedAtMs, Lineage lineage, SegmentRanges covers) {

    private static final String WRITER = "djlcachex.writer";
    private static final String SEQUENCE = "djlcachex.sequence";
    private static final String ROWS = "djlcachex.rows";
    private static final String COMMITTED_AT = "djlcachex.committedAtMs";
    private static final String OLDEST_ROW = "djlcachex.oldestRowMs";
    private static final String DERIVED_FROM = "djlcachex.derivedFrom";
    private static final String APPLIED = "djlcachex.applied";
    private static final String COVERS = "djlcachex.covers";

    /** What the facts are called in the footer. */
    static final Set<String> KEYS =
            Set.of(WRITER, SEQUENCE, ROWS, COMMITTED_AT, OLDEST_ROW, DERIVED_FROM, APPLIED, COVERS);

    /** The most bytes of a fact. */
    static final int MAX_BYTES = SegmentRanges.MAX_BYTES;

    FooterFacts(SegmentName name, int rows, long committedAtMs) {
        this(name, rows, committedAtMs, Lineage.none(committedAtMs), SegmentRanges.NONE);
    }

    /** What says nothing is left out: most segments have rows of their own, and kill none. */
    Map<String, String> encode() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(WRITER, name.writer().toString());
        metadata.put(SEQUENCE, Long.toString(name.sequence()));
        metadata.put(ROWS, Integer.toString(rows));
        metadata.put(COMMITTED_AT, Long.toString(committedAtMs));
        if (lineage.oldestRowMs() != committedAtMs) {
            metadata.put(OLDEST_ROW, Long.toString(lineage.oldestRowMs()));
        }
        put(metadata, DERIVED_FROM, lineage.derivedFrom());
        put(metadata, APPLIED, lineage.applied());
        put(metadata, COVERS, covers);
        return metadata;
    }

    private static void put(Map<String, String> metadata, String key, SegmentRanges names) {
        if (!names.isEmpty()) {
            metadata.put(key, names.toString());
        }
    }

    /**
     * Reads the facts and holds them against the file's name and row count.
     *
     * @throws CorruptFileException if the file holds another segment than its name says
     */
    static FooterFacts decode(
            Map<String, String> metadata, SegmentName name, int rows, String subject) {
        try {
            String committedAt = value(metadata, COMMITTED_AT);
            Lineage lineage =
                    new Lineage(
                            names(metadata, DERIVED_FROM, subject),
                            names(metadata, APPLIED, subject),
                            Long.parseLong(metadata.getOrDefault(OLDEST_ROW, committedAt)));
            FooterFacts facts =
                    new FooterFacts(
                            name,
                            rows,
                            Long.parseLong(committedAt),
                            lineage,
                            names(metadata, COVERS, subject));
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

    private static SegmentRanges names(Map<String, String> metadata, String key, String subject) {
        String text = metadata.getOrDefault(key, "");
        return SegmentRanges.parse(text)
                .orElseThrow(
                        () ->
                                CorruptSegment.exception(
                                        subject,
                                        "segment names as " + key,
                                        text.length() + " characters that are none",
                                        null));
    }

    private static String value(Map<String, String> metadata, String key) {
        return metadata.getOrDefault(key, "nothing");
    }
}
