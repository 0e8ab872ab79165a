package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.GenerationInfo;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** The command {@code watch}: a running fill, as its files show it. */
@Command(
        name = "watch",
        description = "Print how a fill goes on, from the directory alone.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Rows count once their file is there, so that the rate goes in steps. Ends on "
                    + "Ctrl-C, or after --count lines. It asks for every file each time: take a "
                    + "longer interval for thousands of files."
        })
final class WatchCommand implements Callable<Integer> {

    /** What the files show at one instant. */
    private record Count(long files, long rows, long bytes, long atMs) {}

    @Parameters(
            arity = "0..1",
            paramLabel = "MODULE",
            description = "The module, or module@generation. Default: all.")
    private @Nullable String module;

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "The time between two lines. Default: 2s.")
    private String interval = "2s";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "How many lines. Default: no end.")
    private long count = Long.MAX_VALUE;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or csv.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    WatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (count < 1) {
            throw CommandFailure.usage("--count is 1 at least");
        }
        Duration pause = Figures.parseAge(interval);
        if (pause.isZero()) {
            throw CommandFailure.usage("--interval is 1s at least");
        }
        CacheDirectory directory = option.open(terminal);
        if (format == Format.TABLE) {
            terminal.println(line("FILES", "ROWS", "SIZE", "ROWS/S"));
        } else if (format == Format.CSV) {
            terminal.println("files,rows,bytes,rows_per_second");
        }
        Count before = count(directory);
        print(before, 0);
        for (long line = 1; line < count && wait(pause); line++) {
            Count now = count(directory);
            long tookMs = Math.max(1, now.atMs() - before.atMs());
            print(now, Math.max(0, now.rows() - before.rows()) * 1000 / tookMs);
            before = now;
        }
        return ExitCode.OK;
    }

    private Count count(CacheDirectory directory) {
        List<GenerationInfo> generations =
                directory.generations().stream()
                        .filter(g -> module == null || new GenerationName(g).matches(module))
                        .toList();
        return new Count(
                generations.stream().mapToLong(g -> g.segments().size()).sum(),
                generations.stream().mapToLong(GenerationInfo::rows).sum(),
                generations.stream().mapToLong(GenerationInfo::bytes).sum(),
                terminal.clock().millis());
    }

    private void print(Count now, long rowsPerSecond) {
        switch (format) {
            case TABLE ->
                    terminal.println(
                            line(
                                    Figures.count(now.files()),
                                    Figures.count(now.rows()),
                                    Figures.bytes(now.bytes()),
                                    Figures.count(rowsPerSecond)));
            case CSV ->
                    terminal.println(
                            now.files()
                                    + ","
                                    + now.rows()
                                    + ","
                                    + now.bytes()
                                    + ","
                                    + rowsPerSecond);
            case JSON ->
                    Json.printLine(
                            terminal,
                            json -> {
                                json.writeNumberField("version", Json.VERSION);
                                json.writeStringField("command", "watch");
                                json.writeNumberField("files", now.files());
                                json.writeNumberField("rows", now.rows());
                                json.writeNumberField("bytes", now.bytes());
                                json.writeNumberField("rowsPerSecond", rowsPerSecond);
                            });
        }
        terminal.flush();
    }

    private static String line(String files, String rows, String bytes, String rate) {
        return String.format(Locale.ROOT, "%10s  %16s  %10s  %12s", files, rows, bytes, rate);
    }

    private static boolean wait(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
