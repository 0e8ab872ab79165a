package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.GenerationFilter;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code gc}: generations that are not needed any more are removed. */
@Command(
        name = "gc",
        description = "Remove generations that were not used for long.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Does nothing without --older-than, --max-bytes or --keep-generations. Of "
                    + "several all must allow the removal, but for --max-bytes: it removes what was "
                    + "used longest ago until the directory is small enough, whatever its age, and "
                    + "keeps what --keep-generations says. Exits with 1 if something stays, or if "
                    + "the answer was no."
        })
final class GcCommand implements Callable<Integer> {

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            description = "What was last used longer ago: 12h, 30d, 8w; an hour at least.")
    private @Nullable String olderThan;

    @Option(
            names = "--keep-generations",
            paramLabel = "N",
            description = "All but the N generations of each module that were used last.")
    private @Nullable String keep;

    @Option(
            names = "--max-bytes",
            paramLabel = "SIZE",
            description = "What was used longest ago, until the directory has at most SIZE.")
    private @Nullable String maxBytes;

    @Option(
            names = "--module",
            paramLabel = "MODULE",
            description = "Generations of this module alone.")
    private @Nullable String module;

    @Mixin private ChangeOptions change = new ChangeOptions();

    private final Terminal terminal;

    GcCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (olderThan == null && keep == null && maxBytes == null) {
            throw CommandFailure.usage(
                    "gc does nothing without a scope: --older-than 30d, --keep-generations 1 or"
                            + " --max-bytes 100GiB");
        }
        GcChoice choice =
                new GcChoice(
                        olderThan == null ? null : age(olderThan),
                        keep == null ? null : Figures.parseCount(keep),
                        maxBytes == null ? null : Figures.parseBytes(maxBytes));
        CacheDirectory directory = option.open(terminal);
        List<GenerationInfo> all = directory.generations();
        List<GenerationInfo> candidates =
                module == null ? all : DirectoryOption.find(directory, module);
        List<GcChoice.Chosen> chosen =
                choice.of(candidates, directory.usage().bytes(), terminal.clock().instant());
        return change.run(
                terminal,
                () -> remove(directory, chosen, true),
                () -> remove(directory, chosen, false));
    }

    /** Refuses an age that the library does. */
    private static Duration age(String text) {
        Duration age = Figures.parseAge(text);
        try {
            GenerationFilter.builder().olderThan(age);
            return age;
        } catch (InvalidOptionException e) {
            throw CommandFailure.usage("--older-than " + text + ": " + e.getMessage());
        }
    }

    private ChangeReport remove(
            CacheDirectory directory, List<GcChoice.Chosen> chosen, boolean dryRun) {
        return new ChangeReport(
                terminal,
                "gc",
                chosen.stream().map(generation -> remove(directory, generation, dryRun)).toList());
    }

    /** Asks for the age once more, as the generation may have been used since it was listed. */
    private static ChangeReport.Entry remove(
            CacheDirectory directory, GcChoice.Chosen chosen, boolean dryRun) {
        GenerationFilter.Builder filter =
                GenerationFilter.builder().generation(chosen.generation()).dryRun(dryRun);
        if (chosen.age() != null) {
            filter.olderThan(chosen.age());
        }
        return new ChangeReport.Entry(
                new GenerationName(chosen.generation()).toString(),
                directory.removeGenerations(filter.build()));
    }
}
