package io.github.djlcachex.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program that runs all commands on a directory with a module "bert" that it may only read. */
final class ReadersProgram {

    /** Commands that only read. */
    static final List<String> READERS =
            List.of(
                    "ls",
                    "ls --segments --format csv",
                    "ls -q --format json",
                    "info bert",
                    "head bert",
                    "get bert id-1 id-2",
                    "verify",
                    "verify bert --sample 50%",
                    "repair bert --dry-run",
                    "rm bert --dry-run",
                    "delete bert id-1 --dry-run",
                    "gc --keep-generations 0 --dry-run",
                    "compact bert --dry-run",
                    "limit",
                    "limit --max-bytes 1GiB --dry-run");

    /** Commands that change something. */
    static final List<String> WRITERS =
            List.of(
                    "rm bert -y",
                    "delete bert id-1 -y",
                    "gc --keep-generations 0 -y",
                    "compact bert -y",
                    "limit --max-bytes 1GiB -y");

    private ReadersProgram() {}

    /** Prints the exit code of each command, and what it said on standard error. */
    public static void main(String[] args) {
        for (String command : Stream.concat(READERS.stream(), WRITERS.stream()).toList()) {
            CliRun run = run(command, Path.of(args[0]));
            System.out.println(
                    command + " -> " + run.exit() + " " + Escapes.line(run.err() + run.out()));
        }
    }

    static CliRun run(String command, Path root) {
        Object[] words = command.split(" ");
        return CliRun.of(TestCaches.with(words, "-d", root));
    }
}
