package io.github.djlcachex.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program in another JVM of this Java home, with the tests' class path and no flag but -Xmx. */
public final class ChildJvm implements AutoCloseable {

    private static final long LIMIT_S = 120;

    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final Path errors;

    private ChildJvm(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts a program; what it prints as errors goes to a file in a directory. */
    public static ChildJvm start(Path errorDirectory, Class<?> main, Object... arguments)
            throws IOException {
        return startWith(errorDirectory, Map.of(), main, arguments);
    }

    /** Starts a program with more environment variables. */
    public static ChildJvm startWith(
            Path errorDirectory,
            Map<String, String> environment,
            Class<?> main,
            Object... arguments)
            throws IOException {
        return startFlagged(errorDirectory, List.of(), environment, main, arguments);
    }

    /** Starts a program with more flags of the JVM and more environment variables. */
    public static ChildJvm startFlagged(
            Path errorDirectory,
            List<String> flags,
            Map<String, String> environment,
            Class<?> main,
            Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-Xmx256m"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return startCommand(errorDirectory, command, environment, arguments);
    }

    /** The program that starts a JVM of this Java home. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Starts any command, without the variables by which a JVM gets more flags. */
    public static ChildJvm startCommand(
            Path errorDirectory,
            List<String> program,
            Map<String, String> environment,
            Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(program);
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path errors = Files.createTempFile(errorDirectory, "child", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start(), errors);
    }

    /** Sends a line. */
    public void send(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /** Returns the next line that starts so; fails if the program ends without one. */
    public String awaitLine(String prefix) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(prefix)) {
                return line;
            }
        }
        throw new AssertionError("no line '" + prefix + "' before the end: " + errors());
    }

    /** Waits for the end and returns the exit status. */
    public int awaitEnd() throws IOException, InterruptedException {
        while (output.readLine() != null) {
            // read to the end, so that the program is not held up
        }
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("the child still runs: " + errors());
        }
        return process.exitValue();
    }

    /** Kills the program as kill -9 does, and returns the last lines that it had printed. */
    public List<String> kill() throws IOException, InterruptedException {
        process.toHandle().destroyForcibly(); // Process.destroyForcibly would close the output
        List<String> rest = output.lines().toList();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("the child survived kill -9");
        }
        return rest;
    }

    public long pid() {
        return process.pid();
    }

    /** What it has printed as errors so far. */
    public String errors() throws IOException {
        return new String(Files.readAllBytes(errors), StandardCharsets.UTF_8); // of any charset
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
