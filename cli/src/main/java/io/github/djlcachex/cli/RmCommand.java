package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.GenerationFilter;
import io.github.djlcachex.cache.GenerationInfo;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code rm}: generations are removed with all that belongs to them. */
@Command(
        name = "rm",
        description = "Remove generations.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A module's name means all of its generations. What a process has open stays, "
                    + "and what is not of this library. Exits with 1 if something stays, or if the "
                    + "answer was no. For scripts: djlcachex rm -y $(djlcachex ls -q --filter "
                    + "'used>30d')"
        })
final class RmCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "MODULE",
            description = "Modules, or module@generation.")
    private List<String> modules = List.of();

    @Mixin private DirectoryOption option = new DirectoryOption();
    @Mixin private ChangeOptions change = new ChangeOptions();

    private final Terminal terminal;

    RmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CacheDirectory directory = option.open(terminal);
        List<GenerationInfo> generations = DirectoryOption.findAll(directory, modules);
        return change.run(
                terminal,
                () -> remove(directory, generations, true),
                () -> remove(directory, generations, false));
    }

    private ChangeReport remove(
            CacheDirectory directory, List<GenerationInfo> generations, boolean dryRun) {
        return new ChangeReport(
                terminal,
                "rm",
                generations.stream()
                        .map(
                                generation ->
                                        new ChangeReport.Entry(
                                                new GenerationName(generation).toString(),
                                                directory.removeGenerations(
                                                        GenerationFilter.builder()
                                                                .generation(generation)
                                                                .dryRun(dryRun)
                                                                .build())))
                        .toList());
    }
}
