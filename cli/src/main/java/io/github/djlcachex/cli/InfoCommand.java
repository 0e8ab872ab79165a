package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.GenerationInfo;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** The command {@code info}: all that is known of one generation. */
@Command(
        name = "info",
        description = "Show columns, sizes, writers and limits of a generation.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Of several generations of a module it shows the one that was used last. Rows "
                    + "that are not indexed are in no index snapshot: an open reads their keys from "
                    + "the segments. Exits with 1 if the generation cannot be opened."
        })
final class InfoCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODULE", description = "The module, or module@generation.")
    private String module = "";

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    InfoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CacheDirectory directory = option.open(terminal);
        GenerationInfo generation = DirectoryOption.findOne(terminal, directory, module);
        GenerationFacts facts = GenerationFacts.of(directory, generation);
        new InfoReport(terminal, facts).print(format);
        return facts.problem().isEmpty() ? ExitCode.OK : ExitCode.PROBLEMS;
    }
}
