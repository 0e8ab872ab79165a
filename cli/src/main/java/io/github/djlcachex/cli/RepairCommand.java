package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.RepairOptions;
import io.github.djlcachex.cache.RepairReport;
import io.github.djlcachex.cache.VerifyOptions;
import io.github.djlcachex.cache.VerifyReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The command {@code repair}: damaged files are moved aside, and their intact rows kept. */
@Command(
        name = "repair",
        description = "Move damaged segments aside, and keep their intact rows.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Deletes nothing: the damaged files are in the directory 'damaged' of the "
                    + "generation. Exits with 1 if something is left that it cannot mend, or in a "
                    + "dry run with damage."
        })
final class RepairCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODULE", description = "The module, or module@generation.")
    private String module = "";

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(names = "--dry-run", description = "Check alone, and change nothing.")
    private boolean dryRun;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    RepairCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CacheDirectory directory = option.open(terminal);
        GenerationInfo generation = DirectoryOption.findOne(terminal, directory, module);
        return dryRun ? check(generation) : repair(generation);
    }

    private int check(GenerationInfo generation) {
        try (FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            VerifyReport report = verify(cache, generation);
            new VerifyOutput(terminal, "repair", List.of(checked(generation, report)))
                    .print(format);
            return report.isIntact() ? ExitCode.OK : ExitCode.PROBLEMS;
        }
    }

    private int repair(GenerationInfo generation) {
        try (FeatureCache cache = OpenedGeneration.writable(generation)) {
            RepairReport report = repair(cache, generation);
            new Output(terminal, generation, report).print(format);
            terminal.flush();
            boolean mended = report.found().isIntact() || verify(cache, generation).isIntact();
            return mended ? ExitCode.OK : ExitCode.PROBLEMS;
        }
    }

    private VerifyReport verify(FeatureCache cache, GenerationInfo generation) {
        try (Progress progress = progress("checking ", generation)) {
            return cache.verify(VerifyOptions.builder().progress(progress::at).build());
        }
    }

    private RepairReport repair(FeatureCache cache, GenerationInfo generation) {
        try (Progress progress = progress("repairing ", generation)) {
            return cache.repair(RepairOptions.builder().progress(progress::at).build());
        }
    }

    private Progress progress(String doing, GenerationInfo generation) {
        return new Progress(terminal, doing + new GenerationName(generation));
    }

    private static CheckedGeneration checked(GenerationInfo generation, VerifyReport report) {
        return new CheckedGeneration(generation, Optional.of(report), "");
    }

    /** What was found and done. */
    private static final class Output extends Report {

        private final VerifyOutput found;
        private final GenerationInfo generation;
        private final RepairReport report;

        Output(Terminal terminal, GenerationInfo generation, RepairReport report) {
            super(terminal, "repair");
            this.generation = generation;
            this.report = report;
            this.found =
                    new VerifyOutput(
                            terminal, "repair", List.of(checked(generation, report.found())));
        }

        @Override
        void printTable() {
            found.printTable();
            for (Path file : report.movedTo()) {
                terminal().println("moved to " + Escapes.line(file.toString()));
            }
            if (!report.movedTo().isEmpty()) {
                terminal()
                        .println(
                                "saved "
                                        + Figures.count(report.savedRows(), "intact row")
                                        + " of these files");
            }
        }

        @Override
        void writeJson(JsonGenerator json) throws IOException {
            json.writeStringField("module", generation.moduleId().orElse(null));
            json.writeStringField("generation", new GenerationName(generation).hash());
            json.writeNumberField("savedRows", report.savedRows());
            json.writeArrayFieldStart("movedTo");
            for (Path file : report.movedTo()) {
                json.writeString(file.toString());
            }
            json.writeEndArray();
            json.writeObjectFieldStart("found");
            VerifyOutput.writeReport(json, report.found());
            json.writeEndObject();
        }
    }
}
