package io.github.djlcachex.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;

/** The module that a command takes, and ids of its rows behind it or in a file. */
final class IdArguments {

    @Parameters(index = "0", paramLabel = "MODULE", description = "The module.")
    private String module = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ID", description = "Ids.")
    private List<String> ids = List.of();

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description = "A file with an id a line; - for standard input.")
    private @Nullable String file;

    @Option(
            names = {"-0", "--null"},
            description = "The ids of the file end with a NUL, not with a line.")
    private boolean nul;

    String module() {
        return module;
    }

    void checkGiven() {
        if (file == null && ids.isEmpty()) {
            throw CommandFailure.usage("give ids, or a file of them with --ids");
        }
    }

    /** Returns all of them; those of the file are read now. */
    List<String> read(Terminal terminal) {
        List<String> all = new ArrayList<>(ids);
        if (file != null) {
            all.addAll(Ids.read(terminal, file, nul));
        }
        return all;
    }
}
