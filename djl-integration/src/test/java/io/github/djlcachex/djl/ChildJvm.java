package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, with this one's class path. */
public final class ChildJvm {

    private static final int KILLED = 137;

    private ChildJvm() {}

    /** Runs a main class to its end and returns what it wrote. */
    public static String run(Class<?> main, String... args)
            throws IOException, InterruptedException {
        return run(List.of(), main, args);
    }

    /** Runs a main class that ends as if it had been killed, and returns what it wrote. */
    static String runKilled(Class<?> main, String... args)
            throws IOException, InterruptedException {
        return run(List.of(), KILLED, main, args);
    }

    /** Runs a main class with flags for the JVM. */
    public static String run(List<String> flags, Class<?> main, String... args)
            throws IOException, InterruptedException {
        return run(flags, 0, main, args);
    }

    private static String run(List<String> flags, int exit, Class<?> main, String... args)
            throws IOException, InterruptedException {
        Process process = start(flags, main, args);
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(output).isTrue();
            assertThat(process.exitValue()).as(output).isEqualTo(exit);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Runs a main class until it writes a line, and kills it as {@code kill -9} does. */
    static void killAfter(String line, Class<?> main, String... args)
            throws IOException, InterruptedException {
        Process process = start(List.of(), main, args);
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String next = output.readLine(); next != null; next = output.readLine()) {
                lines.add(next);
                if (next.equals(line)) {
                    break;
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(lines).last().isEqualTo(line);
    }

    private static Process start(List<String> flags, Class<?> main, String... args)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(flags); // of two class paths the last counts
        command.add(main.getName());
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
