package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;

/** The command {@code plot}: a picture of a generation. */
@Command(
        name = "plot",
        description = "Draw rows over time, segment sizes and a map of a sample of the rows.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The picture is SVG, for a browser. The map shows the two directions in which a sample",
            "of rows differs most (PCA of the first column), a color for each prefix of the ids. The",
            "file must not exist."
        })
final class PlotCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODULE", description = "The module, or module@generation.")
    private String module = "";

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write. Default: standard output.")
    private @Nullable Path output;

    @Option(
            names = {"-n", "--rows"},
            paramLabel = "N",
            description = "How many rows the map has. Default: 1000.")
    private int rows = 1000;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "What ends the prefix of an id. Default: /")
    private String prefixEnd = "/";

    private final Terminal terminal;

    PlotCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (rows < 2 || rows > 100_000) {
            throw CommandFailure.usage("--rows is 2 to 100000");
        }
        GenerationInfo generation =
                DirectoryOption.findOne(terminal, option.open(terminal), module);
        try (FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            RowMap map = RowMap.of(cache.snapshot(), rows, prefixEnd);
            String picture =
                    new Plot(new GenerationName(generation).toString(), generation.segments(), map)
                            .svg();
            if (output == null) {
                terminal.print(picture);
            } else {
                Files.writeString(output, picture, StandardOpenOption.CREATE_NEW);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.IO, "cannot write " + output + ": " + e);
        }
    }
}
