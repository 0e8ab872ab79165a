package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands of the system that some tests need, most of them as root. */
public final class Root {

    private Root() {}

    /** Gives a test up where it is not run by root on Linux. */
    public static void demand(Reliability line) throws IOException, InterruptedException {
        boolean linux = "Linux".equals(System.getProperty("os.name"));
        if (!linux || !"0".equals(output("id", "-u").strip())) {
            line.skip("it needs root on Linux");
        }
    }

    /** Gives a test up where a command does not work. */
    public static void demandCommand(Reliability line, String... command)
            throws InterruptedException {
        try {
            if (new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0) {
                return;
            }
        } catch (IOException e) {
            line.note(e.toString());
        }
        line.skip("this does not work here: " + String.join(" ", command));
    }

    /** Runs a command, and fails if it fails. */
    public static void run(String... command) throws IOException, InterruptedException {
        output(command);
    }

    /** Tells whether a command ends well. */
    public static boolean succeeds(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(List.of(command) + ": " + output);
        }
        return output;
    }
}
