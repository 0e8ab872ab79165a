package io.github.djlcachex.examples;

import com.google.gson.Gson;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The three runs of a demo, each in a JVM of its own: without the cache, with an empty one, and
 * with the one that the second run left.
 */
final class ChildRuns {

    static final String OFF = "cache off";
    static final String COLD = "cold cache";
    static final String WARM = "warm cache, new JVM";

    /** The first Java that warns when DJL loads its native library. */
    private static final int FIRST_TO_WARN = 24;

    private final Class<?> program;
    private final Path directory;
    private final List<String> arguments;

    /**
     * Creates the runs of a program, whose arguments are the run's name, {@code on} or {@code off}
     * for the cache, the cache directory, further arguments, and the file for its report.
     */
    ChildRuns(Class<?> program, Path directory, String... arguments) {
        this.program = program;
        this.directory = directory;
        this.arguments = List.of(arguments);
    }

    /** Runs all three, and returns their reports in this order. */
    List<RunReport> run() throws IOException, InterruptedException {
        Files.createDirectories(directory);
        deleteAll(directory.resolve("cache"));
        return List.of(run(OFF, "off"), run(COLD, "on"), run(WARM, "on"));
    }

    private RunReport run(String name, String cacheSwitch)
            throws IOException, InterruptedException {
        System.out.printf(Locale.ROOT, "%n=== %s ===%n", name);
        Path report = Files.createTempFile(directory, "run", ".json");
        try {
            Process process =
                    new ProcessBuilder(command(name, cacheSwitch, report)).inheritIO().start();
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException("the run '" + name + "' ended with " + exitCode);
            }
            return new Gson().fromJson(Files.readString(report), RunReport.class);
        } finally {
            Files.delete(report);
        }
    }

    private List<String> command(String name, String cacheSwitch, Path report) {
        List<String> command = java(program);
        command.addAll(List.of(name, cacheSwitch, directory.resolve("cache").toString()));
        command.addAll(arguments);
        command.add(report.toString());
        return command;
    }

    /** The command that runs a program with the class path of this JVM, without its arguments. */
    static List<String> java(Class<?> program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= FIRST_TO_WARN) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(
                List.of("-classpath", System.getProperty("java.class.path"), program.getName()));
        return command;
    }

    static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
