package io.github.djlcachex.cli;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.KeyTypeMismatchException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Cli is the command {@code djlcachex} with its subcommands, and what their failures exit with. */
@Command(
        name = "djlcachex",
        description = "Lists, checks, cleans and explains cache directories of djlcachex.",
        mixinStandardHelpOptions = true,
        versionProvider = Cli.Version.class,
        footer = {
            "",
            "MODULE is a module id, or module@generation with 4 to 16 hex digits, as ls "
                    + "prints.",
            "The directory is -d DIR, or $DJLCACHEX_DIR, or the current one.",
            "Exit codes: 0 ok, 1 problems found, 2 usage, 3 I/O, 10 no such cache."
        })
final class Cli implements Runnable {

    /** Picocli's own least width. */
    private static final int LEAST_USAGE_WIDTH = 55;

    private static final List<String> COMMANDS =
            List.of(
                    "ls", "info", "head", "get", "verify", "repair", "rm", "delete", "gc",
                    "compact", "limit", "export", "import", "explain", "diff", "stats", "watch",
                    "plot", "doctor");

    @Spec private @Nullable CommandSpec spec;

    /** Comes before the first logger is made. */
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print the library's log to standard error.")
    void setVerbose(boolean verbose) {
        Logging.level(verbose ? "info" : "off");
    }

    /** Runs a command; returns its exit code. */
    static int run(Terminal terminal, String... args) {
        try {
            int exit = commandLine(terminal, commands(args)).execute(args);
            terminal.flush();
            return exit;
        } catch (OutputClosed e) {
            return ExitCode.OK; // as `| head` wants it
        } catch (UncheckedIOException e) {
            terminal.error("djlcachex: " + e.getCause());
            return ExitCode.IO;
        } catch (LinkageError e) { // a jar of a format is missing, or of another version
            terminal.error("djlcachex: the class path is not whole, see DJLCACHEX_CLASSPATH: " + e);
            return ExitCode.IO;
        }
    }

    static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, COMMANDS);
    }

    /** The command that some arguments name, or all: each takes picocli a while at the start. */
    private static List<String> commands(String... args) {
        for (String arg : args) {
            if (!arg.startsWith("-")) {
                return COMMANDS.contains(arg) ? List.of(arg) : COMMANDS;
            }
        }
        return COMMANDS;
    }

    private static Object command(String name, Terminal terminal) {
        return switch (name) {
            case "ls" -> new LsCommand(terminal);
            case "info" -> new InfoCommand(terminal);
            case "head" -> new HeadCommand(terminal);
            case "get" -> new GetCommand(terminal);
            case "verify" -> new VerifyCommand(terminal);
            case "repair" -> new RepairCommand(terminal);
            case "rm" -> new RmCommand(terminal);
            case "delete" -> new DeleteCommand(terminal);
            case "gc" -> new GcCommand(terminal);
            case "compact" -> new CompactCommand(terminal);
            case "limit" -> new LimitCommand(terminal);
            case "export" -> new ExportCommand(terminal);
            case "import" -> new ImportCommand(terminal);
            case "explain" -> new ExplainCommand(terminal);
            case "diff" -> new DiffCommand(terminal);
            case "stats" -> new StatsCommand(terminal);
            case "watch" -> new WatchCommand(terminal);
            case "plot" -> new PlotCommand(terminal);
            case "doctor" -> new DoctorCommand(terminal);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static CommandLine commandLine(Terminal terminal, List<String> commands) {
        CommandLine line = new CommandLine(new Cli());
        for (String name : commands) {
            line.addSubcommand(command(name, terminal));
        }
        Ansi ansi = terminal.hasColors() ? Ansi.ON : Ansi.OFF;
        return line.setExpandAtFiles(false) // an id may begin with @
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setUsageHelpWidth(Math.max(LEAST_USAGE_WIDTH, Math.min(terminal.columns(), 100)))
                .setOut(new PrintWriter(terminal.out()))
                .setErr(terminal.err())
                .setParameterExceptionHandler((e, words) -> misused(terminal, e))
                .setExecutionExceptionHandler((e, command, result) -> failed(terminal, e));
    }

    /** The whole usage would push the message off the screen. */
    private static int misused(Terminal terminal, ParameterException e) {
        terminal.error(terminal.red("djlcachex: ") + Escapes.lines(String.valueOf(e.getMessage())));
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        terminal.error("see " + command + " --help");
        return ExitCode.USAGE;
    }

    /** Must not throw: picocli prints the stack trace of what a handler throws. */
    private static int failed(Terminal terminal, Exception e) {
        if (e instanceof OutputClosed) {
            return ExitCode.OK; // as `| head` wants it
        }
        terminal.error(terminal.red("djlcachex: ") + Escapes.lines(message(e)));
        return exitCode(e);
    }

    private static String message(Exception e) {
        if (e instanceof CacheException || e instanceof CommandFailure) {
            return Wording.ofCommand(String.valueOf(e.getMessage()));
        }
        return e instanceof UncheckedIOException io
                ? io.getMessage() + ": " + io.getCause()
                : "unexpected: " + e;
    }

    private static int exitCode(Exception e) {
        if (e instanceof CommandFailure failure) {
            return failure.exitCode();
        }
        if (e instanceof InvalidOptionException
                || e instanceof InvalidKeyException
                || e instanceof KeyTypeMismatchException) {
            return ExitCode.USAGE;
        }
        return e instanceof CacheException && !(e instanceof CacheIoException)
                ? ExitCode.PROBLEMS
                : ExitCode.IO;
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "Missing subcommand");
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Cli.class.getPackage().getImplementationVersion();
            return new String[] {"djlcachex " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
