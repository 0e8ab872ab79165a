package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.HygieneReport;
import io.github.djlcachex.cache.KeptFile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A ChangeReport tells what a command removed or replaced, or would in a dry run. */
final class ChangeReport extends Change {

    /**
     * What was done to one thing.
     *
     * @param name what it is, such as a generation
     * @param report what was done
     */
    record Entry(String name, HygieneReport report) {}

    private static final int KEPT_SHOWN = 20;

    private final List<Entry> entries;

    ChangeReport(Terminal terminal, String command, List<Entry> entries) {
        super(terminal, command);
        this.entries = List.copyOf(entries);
    }

    @Override
    boolean isNothing() {
        return entries.stream()
                .map(Entry::report)
                .allMatch(report -> report.filesRemoved() == 0 && report.rowsRemoved() == 0);
    }

    /** A generation that was asked for and stays, say as a process has it open, is a problem. */
    @Override
    int exitCode() {
        boolean kept =
                entries.stream()
                        .map(Entry::report)
                        .anyMatch(report -> isRemoval(report) && report.filesKept() > 0);
        return kept ? ExitCode.PROBLEMS : ExitCode.OK;
    }

    private static boolean isRemoval(HygieneReport report) {
        return !report.operation().equals("compact");
    }

    @Override
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Entry entry : entries) {
            lines.add(line(entry));
            List<KeptFile> kept = entry.report().kept();
            kept.stream()
                    .limit(KEPT_SHOWN)
                    .forEach(file -> lines.add("  kept " + Escapes.line(file.toString())));
            long more = entry.report().filesKept() - Math.min(KEPT_SHOWN, kept.size());
            if (more > 0) {
                lines.add("  kept " + Figures.count(more) + " more");
            }
        }
        if (entries.size() != 1) {
            lines.add(total());
        }
        return lines;
    }

    private static String line(Entry entry) {
        HygieneReport report = entry.report();
        String name = Escapes.line(entry.name()) + ": ";
        return name
                + switch (report.operation()) {
                    case "compact" -> compacted(report);
                    case "remove" -> removedRows(report);
                    default -> removed(report);
                };
    }

    private static String would(HygieneReport report, String would, String did) {
        return report.isDryRun() ? "would " + would : did;
    }

    private static String removed(HygieneReport report) {
        return would(report, "remove ", "removed ")
                + Figures.bytes(report.bytesRemoved())
                + ", "
                + Figures.count(report.rowsRemoved(), "row")
                + " in "
                + Figures.count(report.filesRemoved(), "file");
    }

    private static String removedRows(HygieneReport report) {
        return would(report, "delete ", "deleted ")
                + Figures.count(report.rowsRemoved(), "row")
                + " of "
                + Figures.count(report.rowsSeen());
    }

    private static String compacted(HygieneReport report) {
        if (report.filesRemoved() == 0) {
            return "nothing to compact in " + Figures.count(report.filesSeen(), "segment");
        }
        return would(report, "replace ", "replaced ")
                + Figures.count(report.filesRemoved(), "segment")
                + " of "
                + Figures.bytes(report.bytesRemoved())
                + " by "
                + Figures.count(report.filesWritten())
                + " of "
                + (report.isDryRun() ? "at most " : "")
                + Figures.bytes(report.bytesWritten());
    }

    private String total() {
        long bytes = entries.stream().mapToLong(e -> e.report().bytesRemoved()).sum();
        long files = entries.stream().mapToLong(e -> e.report().filesRemoved()).sum();
        return "total: "
                + Figures.count(entries.size(), "generation")
                + ", "
                + Figures.bytes(bytes)
                + " in "
                + Figures.count(files, "file");
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeBooleanField("dryRun", entries.stream().anyMatch(e -> e.report().isDryRun()));
        json.writeArrayFieldStart("changes");
        for (Entry entry : entries) {
            json.writeStartObject();
            json.writeStringField("name", entry.name());
            write(json, entry.report());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, HygieneReport report) throws IOException {
        json.writeNumberField("filesSeen", report.filesSeen());
        json.writeNumberField("rowsSeen", report.rowsSeen());
        json.writeNumberField("bytesSeen", report.bytesSeen());
        json.writeNumberField("filesRemoved", report.filesRemoved());
        json.writeNumberField("rowsRemoved", report.rowsRemoved());
        json.writeNumberField("bytesRemoved", report.bytesRemoved());
        json.writeNumberField("filesWritten", report.filesWritten());
        json.writeNumberField("bytesWritten", report.bytesWritten());
        json.writeNumberField("filesKept", report.filesKept());
        json.writeArrayFieldStart("kept");
        for (KeptFile kept : report.kept()) {
            json.writeStartObject();
            json.writeStringField("path", kept.path().toString());
            json.writeStringField("reason", kept.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
