package io.github.djlcachex.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The modules of a cache directory that this user may not read, which listings leave out. */
final class UnreadableModules {

    private UnreadableModules() {}

    /** Names them on standard error; returns the exit code. */
    static int tell(Terminal terminal, Path directory) {
        int exit = ExitCode.OK;
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(directory, "m-*")) {
            for (Path module : modules) {
                if (Files.isDirectory(module) && !mayRead(module)) {
                    terminal.error("left out, no permission: " + Escapes.line(module.toString()));
                    exit = ExitCode.IO;
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.IO, "cannot list " + directory + ": " + e);
        }
        return exit;
    }

    private static boolean mayRead(Path module) throws IOException {
        if (!Files.isReadable(module) || !Files.isExecutable(module)) {
            return false;
        }
        try (DirectoryStream<Path> generations = Files.newDirectoryStream(module, "g-*")) {
            for (Path generation : generations) {
                if (Files.isDirectory(generation) && !Files.isReadable(generation)) {
                    return false;
                }
            }
        }
        return true;
    }
}
