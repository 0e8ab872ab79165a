package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.GenerationInfo;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code ls}: the generations of a cache directory, or their segments. */
@Command(
        name = "ls",
        description = "List the modules and generations of a cache directory.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A generation is all rows of one module and one fingerprint. Rows that two "
                    + "files have count twice. What ls prints is what the other commands take: info "
                    + "minilm@1f0c9a2e. Remove what no process used for a month: djlcachex gc "
                    + "--older-than 30d"
        })
final class LsCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The cache directory.")
    private @Nullable Path directory;

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--filter",
            paramLabel = "FILTER",
            description =
                    "Only what holds, as size>1GiB, used>30d, rows<100, module=bert*. Repeatable.")
    private List<String> filters = List.of();

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            description = "name, rows, size, files or used; with :desc the other way round.")
    private String order = "name";

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "At most so many generations.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--segments", description = "List the segment files instead.")
    private boolean segments;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print the names alone, one a line, each one word to a shell.")
    private boolean quiet;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or csv.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    LsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Figures.checkFromZero("--limit", limit);
        CacheDirectory cacheDirectory = option.open(terminal, directory);
        var filter = GenerationFilters.all(filters, terminal.clock().instant());
        var sorted = GenerationFilters.order(order);
        List<Path> leftOut = new ArrayList<>();
        List<GenerationInfo> all = cacheDirectory.generations(leftOut::add);
        if (all.isEmpty()) {
            Misplaced.refuse(cacheDirectory.path());
        }
        List<GenerationInfo> shown =
                all.stream().filter(filter).sorted(sorted).limit(limit).toList();
        if (quiet) {
            GenerationNames names = new GenerationNames(all);
            for (GenerationInfo generation : shown) {
                terminal.println(names.safe(new GenerationName(generation)));
            }
        } else if (segments) {
            new SegmentListing(terminal, cacheDirectory.path(), shown).print(format);
        } else {
            new GenerationListing(terminal, cacheDirectory.path(), shown).print(format);
        }
        return LeftOut.tell(terminal, leftOut);
    }
}
