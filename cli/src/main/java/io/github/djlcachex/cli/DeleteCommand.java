package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code delete}: rows are removed by their ids. */
@Command(
        name = "delete",
        description = "Delete rows by their ids.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Ids without a row are passed over. The bytes stay on the disk until a "
                    + "compaction leaves them out: djlcachex compact MODULE. What must be gone at "
                    + "once goes with rm MODULE."
        })
final class DeleteCommand implements Callable<Integer> {

    @Mixin private IdArguments ids = new IdArguments();
    @Mixin private DirectoryOption option = new DirectoryOption();
    @Mixin private ChangeOptions change = new ChangeOptions();

    private final Terminal terminal;

    DeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ids.checkGiven();
        CacheDirectory directory = option.open(terminal);
        GenerationInfo generation = DirectoryOption.findOne(terminal, directory, ids.module());
        List<String> all = ids.read(terminal);
        Keys keys = Ids.of(generation.keyType().orElse(KeyType.UTF8), all);
        return change.run(
                terminal,
                () -> delete(generation, keys, true),
                () -> delete(generation, keys, false));
    }

    private ChangeReport delete(GenerationInfo generation, Keys keys, boolean dryRun) {
        try (FeatureCache cache = OpenedGeneration.forChange(generation, dryRun)) {
            return new ChangeReport(
                    terminal,
                    "delete",
                    List.of(
                            new ChangeReport.Entry(
                                    new GenerationName(generation).toString(),
                                    cache.remove(keys, dryRun))));
        }
    }
}
