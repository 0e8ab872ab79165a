package io.github.djlcachex.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A Python with pyarrow and numpy, if there is one: {@code python3}, or the one that the
 * environment variable DJLCACHEX_PYTHON names.
 */
public final class Pyarrow {

    private static final String PYTHON =
            System.getenv().getOrDefault("DJLCACHEX_PYTHON", "python3");

    private Pyarrow() {}

    /** Skips the tests of a class where there is none, and says so loudly. */
    public static void assumeFound(Class<?> test) throws InterruptedException {
        boolean found = exitCode("import pyarrow, numpy") == 0;
        if (!found) {
            System.err.printf(
                    Locale.ROOT,
                    "%n*** SKIPPED: %s. '%s' has no pyarrow; CONTRIBUTING.md says how to get it. The"
                            + " claim that pyarrow reads segments is not tested here. ***%n%n",
                    test.getSimpleName(),
                    PYTHON);
        }
        assumeTrue(found, "no Python with pyarrow and numpy");
    }

    private static int exitCode(String code) throws InterruptedException {
        try {
            return new ProcessBuilder(PYTHON, "-c", code)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    /** Runs a script over a file, and returns the lines that it prints. */
    public static List<String> run(String script, Path file, Path scratch)
            throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        Path errors = scratch.resolve("errors");
        Process python =
                new ProcessBuilder(PYTHON, "-c", script, file.toString())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        assertThat(python.waitFor()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }
}
