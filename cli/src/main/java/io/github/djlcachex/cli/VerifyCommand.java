package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.VerifyOptions;
import io.github.djlcachex.row.CacheException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The command {@code verify}: every byte on disk held against its checksum. */
@Command(
        name = "verify",
        description = "Hold the rows on disk against their checksums.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Changes nothing. Reads whole segment files; a sample reads some, chosen anew "
                    + "each time. Exits with 1 if anything is damaged. What it costs is told by id, "
                    + "as far as the ids can be read. Compute these rows again, or save the others "
                    + "of a damaged file: repair MODULE"
        })
final class VerifyCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..*",
            paramLabel = "MODULE",
            description = "Modules, or module@generation. Default: all.")
    private List<String> modules = List.of();

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--sample",
            paramLabel = "SHARE",
            description = "Read a share of each generation: 5%%, 1/8, or a size such as 10GiB.")
    private @Nullable String sample;

    @Option(names = "--lost", description = "Print the ids of the lost rows alone, one a line.")
    private boolean lost;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CacheDirectory directory = option.open(terminal);
        List<Path> leftOut = new ArrayList<>();
        List<GenerationInfo> generations =
                modules.isEmpty()
                        ? directory.generations(leftOut::add)
                        : DirectoryOption.findAll(directory, modules);
        if (generations.isEmpty()
                && leftOut.isEmpty()) { // a nightly check of a disk that is not mounted must fail
            Misplaced.refuse(directory.path());
            throw CommandFailure.noCache("no generation in " + directory.path());
        }
        if (sample != null) {
            Sample.parse(sample, 1); // wrong usage is told before anything is read
        }
        List<CheckedGeneration> checks = new ArrayList<>();
        for (GenerationInfo generation : generations) {
            checks.add(check(generation));
        }
        VerifyOutput output = new VerifyOutput(terminal, "verify", checks);
        if (lost) {
            output.printLost();
        } else {
            output.print(format);
        }
        boolean intact = checks.stream().allMatch(CheckedGeneration::isIntact);
        int exit = LeftOut.tell(terminal, leftOut);
        return intact ? exit : ExitCode.PROBLEMS;
    }

    private CheckedGeneration check(GenerationInfo generation) {
        if (CheckedGeneration.isEmpty(generation)) {
            return new CheckedGeneration(generation, Optional.empty(), "");
        }
        String name = new GenerationName(generation).toString();
        try (Progress progress = new Progress(terminal, name);
                FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            VerifyOptions.Builder options = VerifyOptions.builder().progress(progress::at);
            if (sample != null) {
                options.sample(Sample.parse(sample, generation.usage().segmentBytes()));
            }
            return new CheckedGeneration(
                    generation, Optional.of(cache.verify(options.build())), "");
        } catch (CacheException e) {
            return new CheckedGeneration(
                    generation, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }
}
