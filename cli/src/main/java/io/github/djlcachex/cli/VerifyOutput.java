package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.SegmentCheck;
import io.github.djlcachex.cache.SegmentCondition;
import io.github.djlcachex.cache.VerifyReport;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A VerifyOutput tells what checks found, and the ids of the rows that are lost. */
final class VerifyOutput extends Report {

    private static final int IDS_SHOWN = 10;

    private final List<CheckedGeneration> checks;

    VerifyOutput(Terminal terminal, String command, List<CheckedGeneration> checks) {
        super(terminal, command);
        this.checks = checks;
    }

    @Override
    void printTable() {
        for (CheckedGeneration check : checks) {
            String name = new GenerationName(check.generation()).toString();
            if (check.report().isPresent()) {
                VerifyReport report = check.report().get();
                printIndented("", name + ": " + summary(report));
                printProblems(report);
            } else {
                String problem = check.problem();
                printIndented(
                        "", name + ": " + (problem.isEmpty() ? "empty" : Wording.plain(problem)));
            }
        }
    }

    private static String summary(VerifyReport report) {
        String read =
                Figures.count(report.segments().size(), "segment")
                        + (report.uncheckedFiles() == 0
                                ? ""
                                : " of "
                                        + Figures.count(
                                                report.segments().size() + report.uncheckedFiles()))
                        + ", "
                        + Figures.count(report.rows(), "row");
        return report.isIntact()
                ? read + ", intact"
                : read
                        + ", "
                        + Figures.count(report.problems().size(), "bad segment")
                        + ", "
                        + Figures.count(report.badRows(), "bad row");
    }

    private void printProblems(VerifyReport report) {
        for (SegmentCheck segment : report.problems()) {
            terminal().println("  " + Escapes.line(segment.file().toString()));
            printIndented(
                    "    ",
                    condition(segment)
                            + ", "
                            + rows(segment)
                            + ": "
                            + Wording.plain(segment.problem()));
            printLost(segment);
        }
        problem("contract.json", report.contractProblem());
        report.tombstoneProblems().forEach(text -> problem("removed rows", Optional.of(text)));
        problem("index snapshot, which costs no row", report.indexSnapshotProblem());
    }

    private static String condition(SegmentCheck segment) {
        return segment.condition().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String rows(SegmentCheck segment) {
        return segment.rows() == 0
                ? "its rows cannot be counted"
                : Figures.count(segment.badRows()) + " of " + Figures.count(segment.rows(), "row");
    }

    private static @Nullable String plainOrNull(Optional<String> problem) {
        return problem.map(Wording::plain).orElse(null);
    }

    private void printLost(SegmentCheck segment) {
        Keys lost = segment.lostKeys();
        for (int i = 0; i < Math.min(IDS_SHOWN, lost.size()); i++) {
            terminal().println("    lost: " + Ids.text(lost, i));
        }
        if (lost.size() > IDS_SHOWN) {
            int more = lost.size() - IDS_SHOWN;
            terminal().println("    and " + Figures.count(more) + " more: --lost prints them all");
        }
        if (segment.badRows() > 0 && lost.size() == 0) {
            printIndented(
                    "    ",
                    "no id is known to be lost: another file has them, or they cannot be read");
        }
    }

    private void problem(String what, Optional<String> problem) {
        problem.ifPresent(text -> printIndented("  ", what + ": " + Wording.plain(text)));
    }

    private void printIndented(String blanks, String text) {
        Paragraphs.wrap(Escapes.line(text), terminal().width() - blanks.length())
                .forEach(line -> terminal().println(blanks + line));
    }

    /** Prints the ids of the lost rows alone, one a line. */
    void printLost() {
        int unread = 0;
        for (CheckedGeneration check : checks) {
            if (!check.problem().isEmpty()) {
                terminal().error(Escapes.line(Wording.plain(check.problem())));
            }
            for (SegmentCheck segment :
                    check.report().map(VerifyReport::problems).orElse(List.of())) {
                for (int i = 0; i < segment.lostKeys().size(); i++) {
                    terminal().println(Ids.text(segment.lostKeys(), i));
                }
                if (segment.condition() != SegmentCondition.DAMAGED_ROWS) {
                    unread++;
                }
            }
        }
        if (unread > 0) {
            terminal().flush();
            terminal()
                    .error(
                            "the ids of "
                                    + Figures.count(unread, "file")
                                    + " cannot be read: compute all rows again that the cache"
                                    + " misses; verify names the file"
                                    + (unread == 1 ? "" : "s"));
        }
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeBooleanField("intact", checks.stream().allMatch(CheckedGeneration::isIntact));
        json.writeArrayFieldStart("generations");
        for (CheckedGeneration check : checks) {
            json.writeStartObject();
            json.writeStringField("module", check.generation().moduleId().orElse(null));
            json.writeStringField("generation", new GenerationName(check.generation()).hash());
            json.writeStringField("directory", check.generation().directory().toString());
            json.writeStringField("problem", Wording.plain(check.problem()));
            if (check.report().isPresent()) {
                writeReport(json, check.report().get());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void writeReport(JsonGenerator json, VerifyReport report) throws IOException {
        json.writeBooleanField("intact", report.isIntact());
        json.writeNumberField("checkedSegments", report.segments().size());
        json.writeNumberField("uncheckedSegments", report.uncheckedFiles());
        json.writeNumberField("rows", report.rows());
        json.writeNumberField("badRows", report.badRows());
        json.writeStringField("contractProblem", plainOrNull(report.contractProblem()));
        json.writeStringField("indexSnapshotProblem", plainOrNull(report.indexSnapshotProblem()));
        json.writeArrayFieldStart("tombstoneProblems");
        for (String problem : report.tombstoneProblems()) {
            json.writeString(Wording.plain(problem));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("problems");
        for (SegmentCheck segment : report.problems()) {
            json.writeStartObject();
            json.writeStringField("file", segment.file().toString());
            json.writeStringField("condition", segment.condition().name());
            json.writeNumberField("rows", segment.rows());
            json.writeNumberField("badRows", segment.badRows());
            json.writeStringField("problem", Wording.plain(segment.problem()));
            Ids.write(json, "lostIds", segment.lostKeys());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
