package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.FilesystemFinding;
import io.github.djlcachex.cache.FilesystemReport;
import io.github.djlcachex.cache.FindingLevel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** A DoctorReport prints what the self-test of a filesystem saw. */
final class DoctorReport extends Report {

    private final Path directory;
    private final FilesystemReport report;

    DoctorReport(Terminal terminal, Path directory, FilesystemReport report) {
        super(terminal, "doctor");
        this.directory = directory;
        this.report = report;
    }

    @Override
    void printTable() {
        terminal()
                .println(
                        Escapes.line(directory + ": " + report.filesystemType())
                                + (report.isNetworkFilesystem() ? ", a network filesystem" : ""));
        Paragraphs lines = new Paragraphs(terminal(), label(FindingLevel.PROBLEM).length() + 2);
        for (FilesystemFinding finding : report.findings()) {
            String label = label(finding.level());
            boolean bad = finding.level() == FindingLevel.PROBLEM;
            lines.print(bad ? terminal().red(label) : label, label.length(), text(finding));
        }
        if (report.options().isEmpty()) {
            terminal().println("The default options of the cache fit.");
        } else {
            terminal().println("Options that fit:");
            report.options().forEach(option -> terminal().println("  ." + option));
        }
    }

    private static String label(FindingLevel level) {
        return level == FindingLevel.GOOD ? "ok" : level.name().toLowerCase(Locale.ROOT);
    }

    private static String text(FilesystemFinding finding) {
        String advice = finding.advice().isEmpty() ? "" : ". Advice: " + finding.advice();
        return name(finding) + ": " + finding.observed() + advice;
    }

    private static String name(FilesystemFinding finding) {
        return finding.trait().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeStringField("directory", report.directory().toString());
        json.writeStringField("filesystem", report.filesystemType());
        json.writeBooleanField("network", report.isNetworkFilesystem());
        json.writeBooleanField("suitable", report.isSuitable());
        json.writeArrayFieldStart("findings");
        for (FilesystemFinding finding : report.findings()) {
            json.writeStartObject();
            json.writeStringField("trait", finding.trait().name());
            json.writeStringField("level", finding.level().name());
            json.writeStringField("observed", finding.observed());
            json.writeStringField("advice", finding.advice());
            json.writeStringField("option", finding.option().orElse(null));
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
