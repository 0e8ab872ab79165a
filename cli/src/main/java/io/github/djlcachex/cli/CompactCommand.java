package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code compact}: small files are replaced by large ones. */
@Command(
        name = "compact",
        description = "Replace small segments, and those with deleted rows, by large ones.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Deleted and duplicate rows are left out. Other processes may read and write "
                    + "meanwhile. It needs room for what it writes: a replaced file goes once its "
                    + "rows were read back."
        })
final class CompactCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "MODULE",
            description = "Modules, or module@generation.")
    private List<String> modules = List.of();

    @Mixin private DirectoryOption option = new DirectoryOption();
    @Mixin private ChangeOptions change = new ChangeOptions();

    private final Terminal terminal;

    CompactCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CacheDirectory directory = option.open(terminal);
        List<GenerationInfo> generations = DirectoryOption.findAll(directory, modules);
        return change.run(
                terminal, () -> compact(generations, true), () -> compact(generations, false));
    }

    private ChangeReport compact(List<GenerationInfo> generations, boolean dryRun) {
        return new ChangeReport(
                terminal,
                "compact",
                generations.stream().map(generation -> compact(generation, dryRun)).toList());
    }

    private static ChangeReport.Entry compact(GenerationInfo generation, boolean dryRun) {
        try (FeatureCache cache = OpenedGeneration.forChange(generation, dryRun)) {
            return new ChangeReport.Entry(
                    new GenerationName(generation).toString(), cache.compact(dryRun));
        }
    }
}
