package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.GenerationCondition;
import io.github.djlcachex.cache.GenerationInfo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A GenerationListing prints generations, one a line, and their sum. */
final class GenerationListing extends Report {

    private final Path directory;
    private final List<GenerationInfo> generations;

    GenerationListing(Terminal terminal, Path directory, List<GenerationInfo> generations) {
        super(terminal, "ls");
        this.directory = directory;
        this.generations = generations;
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeStringField("directory", directory.toString());
        json.writeArrayFieldStart("generations");
        for (GenerationInfo generation : generations) {
            json.writeStartObject();
            writeFields(json, generation);
            json.writeEndObject();
        }
        json.writeEndArray();
        writeTotal(json);
    }

    @Override
    void printTable() {
        Table table =
                new Table()
                        .column("MODULE@GENERATION", Table.Style.NAME)
                        .column("ROWS", Table.Style.RIGHT)
                        .column("SIZE", Table.Style.RIGHT)
                        .column("FILES", Table.Style.RIGHT)
                        .column("COLUMNS", Table.Style.FLEXIBLE)
                        .column("USED", Table.Style.LEFT)
                        .column("FINGERPRINT", Table.Style.LEFT)
                        .column("NOTE", Table.Style.FLEXIBLE);
        for (GenerationInfo generation : generations) {
            GenerationName name = new GenerationName(generation);
            table.row(
                    name,
                    Figures.count(generation.rows()),
                    Figures.bytes(generation.bytes()),
                    Figures.count(generation.files()),
                    generation.schema().map(Columns::text).orElse("?"),
                    Figures.ago(generation.lastUsed(), terminal().clock().instant()),
                    name.fingerprintStart(),
                    note(generation));
        }
        if (!table.isEmpty()) {
            table.print(terminal());
        }
        terminal().println(total());
    }

    /** What a reader should know of a generation in a word or two. */
    static String note(GenerationInfo generation) {
        if (CheckedGeneration.isEmpty(generation)) {
            return "empty";
        }
        if (generation.condition() != GenerationCondition.INTACT) {
            return generation.condition() == GenerationCondition.NEWER_FORMAT
                    ? "newer format"
                    : "no contract";
        }
        if (generation.skippedSegments() > 0) {
            return generation.skippedSegments() + " unreadable";
        }
        return generation.isInUse() ? "in use" : "";
    }

    private String total() {
        return Figures.count(generations.size(), "generation")
                + " of "
                + Figures.count(modules(), "module")
                + ", "
                + Figures.count(rows(), "row")
                + ", "
                + Figures.bytes(bytes())
                + " in "
                + Figures.count(files(), "file");
    }

    private long modules() {
        return generations.stream().map(g -> g.directory().getParent()).distinct().count();
    }

    private long rows() {
        return generations.stream().mapToLong(GenerationInfo::rows).sum();
    }

    private long bytes() {
        return generations.stream().mapToLong(GenerationInfo::bytes).sum();
    }

    private long files() {
        return generations.stream().mapToLong(GenerationInfo::files).sum();
    }

    @Override
    void printCsv() {
        Csv csv =
                new Csv(
                        terminal(),
                        "module",
                        "generation",
                        "rows",
                        "bytes",
                        "files",
                        "columns",
                        "last_used",
                        "fingerprint",
                        "condition",
                        "in_use",
                        "skipped_segments");
        for (GenerationInfo generation : generations) {
            GenerationName name = new GenerationName(generation);
            csv.row(
                    name.module(),
                    name.hash(),
                    generation.rows(),
                    generation.bytes(),
                    generation.files(),
                    generation.schema().map(Columns::text).orElse(""),
                    generation.lastUsed(),
                    generation.fingerprint().orElse(""),
                    generation.condition(),
                    generation.isInUse(),
                    generation.skippedSegments());
        }
    }

    /** Writes the fields by which every command tells a generation in JSON. */
    static void writeFields(JsonGenerator json, GenerationInfo generation) throws IOException {
        json.writeStringField("module", generation.moduleId().orElse(null));
        json.writeStringField("generation", new GenerationName(generation).hash());
        json.writeStringField("fingerprint", generation.fingerprint().orElse(null));
        json.writeStringField("directory", generation.directory().toString());
        json.writeStringField("condition", generation.condition().name());
        json.writeBooleanField("inUse", generation.isInUse());
        json.writeStringField("lastUsed", generation.lastUsed().toString());
        json.writeStringField("keyType", generation.keyType().map(Enum::name).orElse(null));
        if (generation.schema().isPresent()) {
            Columns.write(json, "columns", generation.schema().get());
        }
        json.writeNumberField("rows", generation.rows());
        json.writeNumberField("bytes", generation.bytes());
        json.writeNumberField("files", generation.files());
        json.writeNumberField("segments", generation.segments().size());
        json.writeNumberField("skippedSegments", generation.skippedSegments());
    }

    private void writeTotal(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("total");
        json.writeNumberField("generations", generations.size());
        json.writeNumberField("modules", modules());
        json.writeNumberField("rows", rows());
        json.writeNumberField("bytes", bytes());
        json.writeNumberField("files", files());
        json.writeEndObject();
    }
}
