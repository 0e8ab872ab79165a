package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.FilesystemCheck;
import io.github.djlcachex.cache.FilesystemFinding;
import io.github.djlcachex.cache.FilesystemReport;
import io.github.djlcachex.cache.FindingLevel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;

/** The command {@code doctor}: a self-test of a filesystem. */
@Command(
        name = "doctor",
        description = "Test whether a filesystem does what a cache needs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It takes some seconds, and writes below a new directory of its own in DIR, which it",
            "deletes. Caches in DIR may be open. Other hosts are not asked: run it on each of them.",
            "Exits with 1 if a cache should not be kept there."
        })
final class DoctorCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "DIR",
            description = "A directory that exists, such as the one that the caches are to be in.")
    private Path directory = Path.of("");

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (format == Format.CSV) {
            throw CommandFailure.usage("doctor prints no list: use --format table or json");
        }
        if (!Files.isDirectory(directory)) {
            throw CommandFailure.noCache(directory + " is no directory: create it first");
        }
        FilesystemReport report = FilesystemCheck.run(directory);
        if (format == Format.JSON) {
            Json.print(terminal, "doctor", json -> write(json, report));
        } else {
            print(report);
        }
        return report.isSuitable() ? ExitCode.OK : ExitCode.PROBLEMS;
    }

    private void print(FilesystemReport report) {
        terminal.println(
                Escapes.line(directory + ": " + report.filesystemType())
                        + (report.isNetworkFilesystem() ? ", a network filesystem" : ""));
        Paragraphs lines = new Paragraphs(terminal, label(FindingLevel.PROBLEM).length() + 2);
        for (FilesystemFinding finding : report.findings()) {
            String label = label(finding.level());
            boolean bad = finding.level() == FindingLevel.PROBLEM;
            lines.print(bad ? terminal.red(label) : label, label.length(), text(finding));
        }
        if (report.options().isEmpty()) {
            terminal.println("The default options of the cache fit.");
        } else {
            terminal.println("Options that fit:");
            report.options().forEach(option -> terminal.println("  ." + option));
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

    private static void write(JsonGenerator json, FilesystemReport report) throws IOException {
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
