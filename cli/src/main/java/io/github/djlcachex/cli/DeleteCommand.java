package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code delete}: rows are removed by their ids. */
@Command(
        name = "delete",
        description = "Delete rows by their ids.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Ids without a row are passed over. The bytes stay on the disk until a compaction leaves",
            "them out: djlcachex compact MODULE. What must be gone at once goes with rm MODULE."
        })
final class DeleteCommand implements Callable<Integer> {

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

    @Mixin private ChangeOptions change = new ChangeOptions();

    private final Terminal terminal;

    DeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (file == null && ids.isEmpty()) {
            throw CommandFailure.usage("give ids, or a file of them with --ids");
        }
        CacheDirectory directory = option.open(terminal);
        GenerationInfo generation = DirectoryOption.findOne(terminal, directory, module);
        List<String> all = new ArrayList<>(ids);
        if (file != null) {
            all.addAll(Ids.read(terminal, file, nul));
        }
        Keys keys = Ids.of(generation.keyType().orElse(KeyType.UTF8), all);
        return change.run(
                terminal,
                () -> delete(generation, keys, true),
                () -> delete(generation, keys, false));
    }

    private ChangeReport delete(GenerationInfo generation, Keys keys, boolean dryRun) {
        try (FeatureCache cache =
                dryRun
                        ? OpenedGeneration.readOnly(generation)
                        : OpenedGeneration.writable(generation)) {
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
