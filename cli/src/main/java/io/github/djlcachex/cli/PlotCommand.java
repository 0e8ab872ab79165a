package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;

/** The command {@code plot}: a picture of a generation. */
@Command(
        name = "plot",
        description = "Draw rows over time, segment sizes and a map of a sample of the rows.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The picture is SVG, or PNG if FILE ends with .png. The map shows the two "
                    + "directions in which a sample of rows differs most (PCA of the first column), "
                    + "a color for each prefix of the ids. The file must not exist."
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
            if (output == null) {
                terminal.print(svg(generation, map));
            } else {
                Files.write(
                        output, picture(output, generation, map), StandardOpenOption.CREATE_NEW);
            }
            return LeftOut.tell(terminal, map.damagedRows(), cache);
        } catch (FileAlreadyExistsException e) {
            throw CommandFailure.usage(output + " is there: remove it, or name another file");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.IO, "cannot write " + output + ": " + e);
        }
    }

    private static byte[] picture(Path output, GenerationInfo generation, RowMap map)
            throws IOException {
        if (!output.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            return svg(generation, map).getBytes(StandardCharsets.UTF_8);
        }
        PngCanvas canvas = new PngCanvas(Plot.WIDTH, Plot.HEIGHT);
        draw(canvas, generation, map);
        return canvas.bytes();
    }

    private static String svg(GenerationInfo generation, RowMap map) {
        SvgCanvas canvas = new SvgCanvas(Plot.WIDTH, Plot.HEIGHT);
        draw(canvas, generation, map);
        return canvas.text();
    }

    private static void draw(Canvas canvas, GenerationInfo generation, RowMap map) {
        String name = new GenerationName(generation).toString();
        new Plot(canvas, name, generation.segments(), map).draw();
    }
}
