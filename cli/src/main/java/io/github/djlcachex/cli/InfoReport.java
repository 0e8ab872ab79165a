package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.DiskUsage;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.SegmentInfo;

import java.io.IOException;
import java.time.Instant;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/** An InfoReport tells all that is known of one generation. */
final class InfoReport extends Report {

    /** What one writer committed. */
    private record Written(long segments, long rows, Instant last) {
        Written plus(Written other) {
            return new Written(
                    segments + other.segments,
                    rows + other.rows,
                    last.isAfter(other.last) ? last : other.last);
        }
    }

    private static final int WRITERS_SHOWN = 8;

    private final GenerationFacts facts;
    private final GenerationInfo generation;
    private final Instant now;

    InfoReport(Terminal terminal, GenerationFacts facts) {
        super(terminal, "info");
        this.facts = facts;
        this.generation = facts.generation();
        this.now = terminal.clock().instant();
    }

    @Override
    void printTable() {
        Details details =
                new Details()
                        .line("generation", new GenerationName(generation))
                        .line("fingerprint", fingerprint())
                        .line("directory", generation.directory())
                        .line("keys", generation.keyType().map(Enum::name).orElse("?"));
        addColumns(details);
        addRows(details);
        addSizes(details);
        addWriters(details);
        details.line("last used", Figures.ago(generation.lastUsed(), now) + inUse());
        details.line("limit", LimitText.of(facts.limits(), facts.usage()));
        String note = facts.problem().isEmpty() ? GenerationListing.note(generation) : "";
        if (!note.isEmpty() && !generation.isInUse()) {
            details.line("note", note);
        }
        if (!facts.problem().isEmpty()) {
            details.line("problem", facts.problem());
        }
        details.print(terminal());
    }

    private String fingerprint() {
        String fingerprint = generation.fingerprint().orElse("?");
        return fingerprint.isEmpty() ? "(empty)" : fingerprint;
    }

    private String inUse() {
        return generation.isInUse() ? ", in use" : "";
    }

    private void addColumns(Details details) {
        details.line("columns", generation.schema().map(Columns::text).orElse("?"));
        if (!generation.storedSchema().equals(generation.schema())) {
            details.line("stored as", generation.storedSchema().map(Columns::text).orElse("?"));
        }
    }

    private void addRows(Details details) {
        facts.index().ifPresent(index -> details.line("rows", Figures.count(index.distinctRows())));
        details.line(
                "rows in files",
                Figures.count(generation.rows())
                        + facts.index()
                                .map(GenerationFacts.Index::garbagePercent)
                                .map(percent -> ", of them duplicate or removed: " + share(percent))
                                .orElse(""));
        facts.index()
                .ifPresent(
                        index ->
                                details.line(
                                        "not indexed",
                                        Figures.count(index.unindexedRows(), "row")));
    }

    private static String share(double percent) {
        return percent > 0 && percent < 0.05 ? "under 0.1 %" : Figures.decimal(percent, 1) + " %";
    }

    private void addSizes(Details details) {
        DiskUsage usage = generation.usage();
        details.line(
                "size",
                Figures.bytes(usage.bytes())
                        + " in "
                        + Figures.count(usage.files(), "file")
                        + ": segments "
                        + Figures.bytes(usage.segmentBytes())
                        + ", index "
                        + Figures.bytes(usage.indexBytes())
                        + ", other "
                        + Figures.bytes(usage.otherBytes()));
        details.line("segments", segments());
        details.line(
                "unreadable", Figures.count(generation.skippedSegments(), "segment") + advice());
        details.line(
                "leftovers",
                "temporary "
                        + Figures.bytes(usage.temporaryBytes())
                        + ", trash "
                        + Figures.bytes(usage.trashBytes())
                        + ", moved aside by repair "
                        + Figures.bytes(usage.damagedBytes()));
    }

    private String segments() {
        LongSummaryStatistics sizes =
                generation.segments().stream().mapToLong(SegmentInfo::bytes).summaryStatistics();
        return Figures.count(sizes.getCount())
                + (sizes.getCount() == 0
                        ? ""
                        : ", of "
                                + Figures.bytes(sizes.getMin())
                                + " to "
                                + Figures.bytes(sizes.getMax()));
    }

    private String advice() {
        return generation.skippedSegments() == 0 ? "" : ": see djlcachex verify";
    }

    private Map<String, Written> writers() {
        Map<String, Written> writers = new TreeMap<>();
        for (SegmentInfo segment : generation.segments()) {
            writers.merge(
                    segment.writer(),
                    new Written(1, segment.rows(), segment.committedAt()),
                    Written::plus);
        }
        return writers;
    }

    private void addWriters(Details details) {
        Map<String, Written> writers = writers();
        details.line("writers", Figures.count(writers.size()));
        writers.entrySet().stream()
                .limit(WRITERS_SHOWN)
                .forEach(writer -> details.line("", writer(writer.getKey(), writer.getValue())));
        if (writers.size() > WRITERS_SHOWN) {
            details.line("", "and " + (writers.size() - WRITERS_SHOWN) + " more");
        }
    }

    private String writer(String name, Written written) {
        return name
                + ": "
                + Figures.count(written.segments(), "segment")
                + ", "
                + Figures.count(written.rows(), "row")
                + ", last "
                + Figures.ago(written.last(), now);
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        GenerationListing.writeFields(json, generation);
        if (generation.storedSchema().isPresent()) {
            Columns.write(json, "storedColumns", generation.storedSchema().get());
        }
        if (facts.index().isPresent()) {
            GenerationFacts.Index index = facts.index().get();
            json.writeNumberField("distinctRows", index.distinctRows());
            json.writeNumberField("garbagePercent", index.garbagePercent());
            json.writeNumberField("unindexedRows", index.unindexedRows());
        }
        writeUsage(json, generation.usage());
        json.writeArrayFieldStart("writers");
        for (Map.Entry<String, Written> writer : writers().entrySet()) {
            json.writeStartObject();
            json.writeStringField("writer", writer.getKey());
            json.writeNumberField("segments", writer.getValue().segments());
            json.writeNumberField("rows", writer.getValue().rows());
            json.writeStringField("lastCommitted", writer.getValue().last().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
        LimitText.write(json, facts.limits(), facts.usage());
        json.writeStringField("problem", facts.problem());
    }

    private static void writeUsage(JsonGenerator json, DiskUsage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("segmentBytes", usage.segmentBytes());
        json.writeNumberField("indexBytes", usage.indexBytes());
        json.writeNumberField("damagedBytes", usage.damagedBytes());
        json.writeNumberField("trashBytes", usage.trashBytes());
        json.writeNumberField("temporaryBytes", usage.temporaryBytes());
        json.writeNumberField("otherBytes", usage.otherBytes());
        json.writeEndObject();
    }
}
