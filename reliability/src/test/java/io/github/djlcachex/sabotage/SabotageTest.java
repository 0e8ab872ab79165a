package io.github.djlcachex.sabotage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Reliability;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Puts deliberate bugs into the library, one at a time, and demands that a test fails for each.
 *
 * <p>The tests that are named run without a bug first: one that always fails would catch all.
 */
@Tag("T27")
class SabotageTest {

    private static final int MIN_SABOTAGES = 25;
    private static final long LIMIT_S = 120;

    /** A part of the list, by a text that the names of the source files begin with. */
    private static final String ONLY = System.getProperty("sabotage.only", "");

    @TempDir Path directory;

    @Test
    void sabotage_eachOne_isCaughtByATest() throws Exception {
        List<Sabotage> all =
                Sabotage.all().stream()
                        .filter(s -> Sabotage.relative(s.source()).toString().startsWith(ONLY))
                        .toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(ONLY.isEmpty() ? MIN_SABOTAGES : 1);
        Reliability.prove("T27 sabotage", all.size(), line -> runAll(all, line));
    }

    private void runAll(List<Sabotage> all, Reliability line) throws Exception {
        for (String test :
                all.stream().flatMap(sabotage -> sabotage.tests().stream()).distinct().toList()) {
            assertThat(run(unchanged(all, test), List.of(test)))
                    .as("%s without a bug", test)
                    .matches("passed [1-9].*");
        }
        List<String> survivors = new ArrayList<>();
        int ended = 0;
        for (Sabotage sabotage : all) {
            String text = sabotage.sabotaged();
            Path classes = compiled(Map.of(sabotage.source(), text), sabotage.what());
            String result = run(classes, sabotage.tests());
            System.out.println("sabotage: " + sabotage.what() + ": " + result);
            if (result.startsWith("passed")) {
                survivors.add(sabotage.what());
            } else if (!result.startsWith("failed")) {
                ended++;
            }
            line.run();
        }
        line.note(
                "%d of %d bugs caught, %d of them by a test that hung or whose JVM died"
                        .formatted(all.size() - survivors.size(), all.size(), ended));
        assertThat(survivors).as("bugs that no test noticed").isEmpty();
    }

    /** What a test's bugs are put into, compiled as they are with a bug, but without any. */
    private Path unchanged(List<Sabotage> all, String test) throws IOException {
        Map<Path, String> sources = new TreeMap<>();
        for (Sabotage sabotage : all) {
            if (sabotage.tests().contains(test)) {
                sources.put(sabotage.source(), Files.readString(sabotage.source()));
            }
        }
        return compiled(sources, test + " without a bug");
    }

    /** The classes of some source files, to come before the library's own. */
    private Path compiled(Map<Path, String> sources, String what) throws IOException {
        Path own = Files.createTempDirectory(directory, "sabotage");
        Path classes = Files.createDirectory(own.resolve("classes"));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-nowarn",
                                "-proc:none",
                                "-parameters",
                                "-d",
                                classes.toString(),
                                "-classpath",
                                System.getProperty("java.class.path")));
        for (Map.Entry<Path, String> source : sources.entrySet()) {
            Path copy = own.resolve(Sabotage.relative(source.getKey()));
            Files.createDirectories(copy.getParent());
            Files.writeString(copy, source.getValue());
            arguments.add(copy.toString());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int status = compiler.run(null, null, null, arguments.toArray(String[]::new));
        assertThat(status).as("compilation of '%s'", what).isZero();
        return classes;
    }

    private String run(Path first, List<String> tests) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "tests", ".txt");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                                // tests look at warnings, which the settings of core switch off
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                                "-cp",
                                first + File.pathSeparator + System.getProperty("java.class.path"),
                                TestRunner.class.getName()));
        tests.forEach(test -> command.add("io.github.djlcachex." + test));
        Process process =
                new ProcessBuilder(command)
                        .directory(Sabotage.directoryOf(tests.get(0)).toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "hung";
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
        return lines.stream()
                .filter(line -> line.startsWith("failed ") || line.startsWith("passed "))
                .reduce((earlier, last) -> last)
                .orElse("died with " + process.exitValue());
    }
}
