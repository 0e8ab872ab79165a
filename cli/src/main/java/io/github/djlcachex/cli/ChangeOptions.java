package io.github.djlcachex.cli;

import picocli.CommandLine.Option;

import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** The options of a command that changes a directory, and the question that it asks first. */
final class ChangeOptions {

    private static final Set<String> YES = Set.of("y", "yes");

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(names = "--dry-run", description = "Tell what would be done, and change nothing.")
    private boolean dryRun;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json.")
    private Format format = Format.TABLE;

    /**
     * Tells what would be done, asks, and does it.
     *
     * @param terminal where to ask
     * @param plan tells what would be done, and changes nothing
     * @param change does it
     * @return the exit code
     */
    int run(Terminal terminal, Supplier<? extends Change> plan, Supplier<? extends Change> change) {
        if (!yes && !dryRun && !terminal.isInteractive()) {
            throw CommandFailure.usage(
                    "there is no terminal to ask at: see what it does with --dry-run, then give -y");
        }
        if (dryRun || !yes) {
            Change planned = plan.get();
            if (dryRun || planned.isNothing()) {
                planned.print(format);
                return planned.exitCode();
            }
            planned.lines().forEach(terminal::error);
            if (!isConfirmed(terminal)) {
                terminal.error("nothing was changed");
                return ExitCode.PROBLEMS;
            }
        }
        Change done = change.get();
        done.print(format);
        return done.exitCode();
    }

    void print(Report report) {
        report.print(format);
    }

    private static boolean isConfirmed(Terminal terminal) {
        terminal.errorPart("Go on? [y/N] ");
        return YES.contains(terminal.readLine().strip().toLowerCase(Locale.ROOT));
    }
}
