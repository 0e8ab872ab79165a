package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code get}: the rows of some ids. */
@Command(
        name = "get",
        description = "Print the rows of some ids.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "An integer id below zero goes behind --. A terminal shows as many values as "
                    + "a line holds; a pipe gets all. Exits with 1 if an id has no row, which "
                    + "standard error names."
        })
final class GetCommand implements Callable<Integer> {

    @Mixin private IdArguments ids = new IdArguments();
    @Mixin private DirectoryOption option = new DirectoryOption();
    @Mixin private RowOptions rows = new RowOptions();

    private final Terminal terminal;

    GetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ids.checkGiven();
        GenerationInfo generation =
                DirectoryOption.findOne(terminal, option.open(terminal), ids.module());
        List<String> all = ids.read(terminal);
        try (FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            RowSchema schema =
                    cache.schema().orElseThrow(() -> CommandFailure.nothingStored(ids.module()));
            Keys keys = Ids.of(cache.keyType().orElse(KeyType.UTF8), all);
            int exit = rows.print(terminal, "get", schema, StoredRows.of(cache, keys));
            return Math.max(exit, LeftOut.tell(terminal, 0, cache));
        }
    }
}
