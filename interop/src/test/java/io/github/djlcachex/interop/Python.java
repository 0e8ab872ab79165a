package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The Python that DJLCACHEX_PYTHON names, or {@code python3}. */
final class Python {

    private static final String PROGRAM =
            System.getenv().getOrDefault("DJLCACHEX_PYTHON", "python3");

    private Python() {}

    /** Skips the test, loudly, unless there is a Python with some modules. */
    static void assumeFound(String... modules) throws IOException, InterruptedException {
        String imports = "import " + String.join(", ", modules);
        boolean found = succeeds(PROGRAM, "-c", imports);
        if (!found) {
            System.err.println(
                    "*** SKIPPED: '"
                            + PROGRAM
                            + "' has not all of "
                            + List.of(modules)
                            + ": nothing is tested with them; see DJLCACHEX_PYTHON ***");
        }
        assumeTrue(found);
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    /** Runs a script in a directory. */
    static void run(Path directory, String script, String... args)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "python", ".txt");
        ProcessBuilder builder = new ProcessBuilder(PROGRAM, "-c", script);
        builder.command().addAll(List.of(args));
        builder.environment().put("PYTHONUTF8", "1");
        builder.directory(directory.toFile());
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        int exit = builder.start().waitFor();
        assertThat(exit).as("%s", Files.readString(output)).isZero();
    }
}
