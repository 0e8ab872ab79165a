package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FilesystemCheck;
import io.github.djlcachex.cache.FilesystemReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** The command {@code doctor}: a self-test of a filesystem. */
@Command(
        name = "doctor",
        description = "Test whether a filesystem does what a cache needs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It takes some seconds, and writes below a new directory of its own in DIR, "
                    + "which it deletes. Caches in DIR may be open. Other hosts are not asked: run "
                    + "it on each of them. Exits with 1 if a cache should not be kept there."
        })
final class DoctorCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "DIR",
            description = "A directory that exists, such as the one that the caches are to be in.")
    private Path directory = Path.of("");

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        format.refuseCsv("doctor");
        DirectoryOption.checkNotEmpty(directory);
        if (!Files.isDirectory(directory)) {
            throw CommandFailure.noCache(directory + " is no directory: create it first");
        }
        FilesystemReport report = FilesystemCheck.run(directory);
        new DoctorReport(terminal, directory, report).print(format);
        return report.isSuitable() ? ExitCode.OK : ExitCode.PROBLEMS;
    }
}
