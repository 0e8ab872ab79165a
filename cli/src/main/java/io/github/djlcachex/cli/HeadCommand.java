package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.RowSchema;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Optional;
import java.util.concurrent.Callable;

/** The command {@code head}: some rows of a generation. */
@Command(
        name = "head",
        description = "Print the first rows of a generation, in the order of its files.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A terminal shows as many values as a line holds; a pipe gets all. Ids are "
                    + "escaped, but for JSON, which has its own escapes. Exits with 1 if damaged "
                    + "rows were left out."
        })
final class HeadCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODULE", description = "The module, or module@generation.")
    private String module = "";

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = {"-n", "--rows"},
            paramLabel = "N",
            description = "How many rows. Default: 10.")
    private long count = 10;

    @Mixin private RowOptions rows = new RowOptions();

    private final Terminal terminal;

    HeadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Figures.checkFromZero("--rows", count);
        GenerationInfo generation =
                DirectoryOption.findOne(terminal, option.open(terminal), module);
        try (FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            Optional<RowSchema> schema = cache.schema();
            int exit =
                    schema.isEmpty()
                            ? ExitCode.OK
                            : rows.print(
                                    terminal, "head", schema.get(), StoredRows.first(cache, count));
            return Math.max(exit, LeftOut.tell(terminal, 0, cache));
        }
    }
}
