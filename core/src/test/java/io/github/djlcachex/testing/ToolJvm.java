package io.github.djlcachex.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A checker or a fuzzer that runs in a JVM of its own, so that its agents stay there. */
public final class ToolJvm {

    private static final int LAST_CHARS = 8000;

    /**
     * How a tool ended.
     *
     * @param exit its exit status, or -1 if it ran out of time and was killed
     * @param output what it printed, errors too
     */
    public record Outcome(int exit, String output) {

        /** The end of the output. */
        public String tail() {
            return output.substring(Math.max(0, output.length() - LAST_CHARS));
        }
    }

    private ToolJvm() {}

    /**
     * Runs a program with the tests' class path until it ends.
     *
     * @param directory the working directory, which also gets the output
     * @param flags the flags of the JVM
     * @param main the class with the main method
     * @param arguments its arguments
     * @param limit the time after which it is killed, with the processes that it started
     */
    public static Outcome run(
            Path directory, List<String> flags, String main, List<String> arguments, Duration limit)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        File output = Files.createTempFile(directory, "tool", ".out").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output);
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            int exit = ended ? process.exitValue() : -1;
            return new Outcome(exit, Files.readString(output.toPath()));
        } finally {
            end(process);
        }
    }

    /** Kills what still runs: the tool and, while it is there to be asked, what it started. */
    private static void end(Process process) {
        if (process.isAlive()) {
            List<ProcessHandle> started = process.descendants().toList();
            process.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
