package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.SegmentInfo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A SegmentListing prints the segment files of generations, one a line, and their sum. */
final class SegmentListing extends Report {

    private final Path directory;
    private final List<GenerationInfo> generations;

    SegmentListing(Terminal terminal, Path directory, List<GenerationInfo> generations) {
        super(terminal, "ls --segments");
        this.directory = directory;
        this.generations = generations;
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeStringField("directory", directory.toString());
        json.writeArrayFieldStart("segments");
        for (GenerationInfo generation : generations) {
            writeSegments(json, generation);
        }
        json.writeEndArray();
    }

    @Override
    void printTable() {
        Table table =
                new Table()
                        .column("MODULE@GENERATION", Table.Style.NAME)
                        .column("FILE", Table.Style.NAME)
                        .column("ROWS", Table.Style.RIGHT)
                        .column("SIZE", Table.Style.RIGHT)
                        .column("COMMITTED", Table.Style.LEFT);
        long rows = 0;
        long bytes = 0;
        long files = 0;
        for (GenerationInfo generation : generations) {
            for (SegmentInfo segment : generation.segments()) {
                table.row(
                        new GenerationName(generation),
                        segment.file().getFileName(),
                        segment.rows(),
                        Figures.bytes(segment.bytes()),
                        Figures.ago(segment.committedAt(), terminal().clock().instant()));
                rows += segment.rows();
                bytes += segment.bytes();
                files++;
            }
        }
        if (!table.isEmpty()) {
            table.print(terminal());
        }
        terminal()
                .println(
                        Figures.count(files, "segment")
                                + ", "
                                + Figures.count(rows, "row")
                                + ", "
                                + Figures.bytes(bytes));
    }

    @Override
    void printCsv() {
        Csv csv =
                new Csv(
                        terminal(),
                        "module",
                        "generation",
                        "file",
                        "rows",
                        "bytes",
                        "committed_at",
                        "writer");
        for (GenerationInfo generation : generations) {
            GenerationName name = new GenerationName(generation);
            for (SegmentInfo segment : generation.segments()) {
                csv.row(
                        name.module(),
                        name.hash(),
                        segment.file(),
                        segment.rows(),
                        segment.bytes(),
                        segment.committedAt(),
                        segment.writer());
            }
        }
    }

    private static void writeSegments(JsonGenerator json, GenerationInfo generation)
            throws IOException {
        for (SegmentInfo segment : generation.segments()) {
            json.writeStartObject();
            json.writeStringField("module", generation.moduleId().orElse(null));
            json.writeStringField("generation", new GenerationName(generation).hash());
            json.writeStringField("file", segment.file().toString());
            json.writeNumberField("rows", segment.rows());
            json.writeNumberField("bytes", segment.bytes());
            json.writeStringField("committedAt", segment.committedAt().toString());
            json.writeStringField("writer", segment.writer());
            json.writeEndObject();
        }
    }
}
