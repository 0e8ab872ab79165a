package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code get}: the rows of some ids. */
@Command(
        name = "get",
        description = "Print the rows of some ids.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "An integer id below zero goes behind --. A terminal shows as many values as a line",
            "holds; a pipe gets all. Exits with 1 if an id has no row, which standard error names."
        })
final class GetCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "MODULE", description = "The module.")
    private String module = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ID", description = "Ids.")
    private List<String> ids = List.of();

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description = "A file with an id a line; - for standard input.")
    private @Nullable String file;

    @Option(
            names = {"-0", "--null"},
            description = "The ids of the file end with a NUL, not with a line.")
    private boolean nul;

    @Mixin private RowOptions rows = new RowOptions();

    private final Terminal terminal;

    GetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (file == null && ids.isEmpty()) {
            throw CommandFailure.usage("give ids, or a file of them with --ids");
        }
        GenerationInfo generation =
                DirectoryOption.findOne(terminal, option.open(terminal), module);
        List<String> all = new ArrayList<>(ids);
        if (file != null) {
            all.addAll(Ids.read(terminal, file, nul));
        }
        try (FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            RowSchema schema =
                    cache.schema()
                            .orElseThrow(
                                    () ->
                                            new CommandFailure(
                                                    ExitCode.PROBLEMS,
                                                    "nothing was ever stored in " + module));
            Keys keys = Ids.of(cache.keyType().orElse(KeyType.UTF8), all);
            return rows.print(terminal, "get", schema, StoredRows.of(cache, keys));
        }
    }
}
