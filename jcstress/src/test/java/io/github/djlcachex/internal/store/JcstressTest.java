package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.ToolJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the races of this module: with the JVM's usual compilers, and with an optimizing one that
 * orders instructions at random.
 *
 * <p>A processor of x86 reorders fewer accesses than others: what the compilers reorder is seen
 * here, what the processor of another machine would is not.
 */
@Tag("T19")
class JcstressTest {

    private static final int RACES = 11;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String RANDOM_ORDER =
            "-XX:+UnlockDiagnosticVMOptions -XX:-TieredCompilation -XX:+StressLCM -XX:+StressGCM"
                    + " -XX:+StressIGVN -XX:+StressCCP";

    /** A line of a result's table: what was observed, how often, in how many of a hundred. */
    private static final Pattern OBSERVED =
            Pattern.compile(" +(\\S.*?) +([\\d,]+) +<?[\\d.]+% +(Acceptable|Forbidden).*");

    @TempDir Path directory;

    @Test
    void publication_ofRowsAndSources_isNeverSeenHalfDone() throws Exception {
        Reliability.prove(
                "T19 jcstress",
                1_000_000,
                line -> {
                    line.note(RACES + " races on " + System.getProperty("os.arch"));
                    race(line, "usual", "-XX:+TieredCompilation");
                    race(line, "random", RANDOM_ORDER);
                });
    }

    private void race(Reliability line, String name, String jvmArguments) throws Exception {
        ToolJvm.Outcome outcome =
                ToolJvm.run(
                        Files.createDirectory(directory.resolve(name)),
                        List.of("-Xmx256m"),
                        "org.openjdk.jcstress.Main",
                        List.of(
                                "-v",
                                "-f",
                                "1",
                                "-iters",
                                "5",
                                "-time",
                                "1000",
                                "-sc",
                                "false",
                                "-jvmArgs",
                                jvmArguments,
                                "-t",
                                "io.github.djlcachex"),
                        LIMIT);
        count(line, summary(outcome));
        assertThat(outcome.exit()).as(outcome.tail()).isZero();
        assertThat(outcome.output())
                .contains(
                        "Failed tests: No matches",
                        "Error tests: No matches",
                        "All remaining tests: " + RACES + " matching");
    }

    private static String summary(ToolJvm.Outcome outcome) {
        int start = outcome.output().lastIndexOf("RUN RESULTS:");
        assertThat(start).as(outcome.tail()).isPositive();
        return outcome.output().substring(start);
    }

    private static void count(Reliability line, String summary) {
        Matcher observed = OBSERVED.matcher("");
        for (String text : summary.lines().toList()) {
            if (observed.reset(text).matches()) {
                long samples = Long.parseLong(observed.group(2).replace(",", ""));
                line.runs(samples);
                line.wrong(observed.group(3).equals("Forbidden") ? samples : 0);
            }
        }
    }
}
