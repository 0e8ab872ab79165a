package io.github.djlcachex.cache;

import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.ToolJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs the races of this module, in JVMs that jcstress starts with several compilers each.
 *
 * <p>A processor of x86 reorders fewer accesses than others: what the compilers reorder is seen
 * here, what the processor of another machine would is not.
 */
@Tag("T19")
class JcstressTest {

    private static final int RACES = 10;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Pattern PASSED = Pattern.compile("Results: (\\d+) planned; (\\d+) passed");

    @TempDir Path directory;

    @Test
    void publication_ofRowsAndSources_isNeverSeenHalfDone() throws Exception {
        Reliability.prove(
                "T19 jcstress",
                1,
                line -> {
                    ToolJvm.Outcome outcome =
                            ToolJvm.run(
                                    directory,
                                    List.of("-Xmx256m"),
                                    "org.openjdk.jcstress.Main",
                                    List.of("-m", "quick", "-t", "io.github.djlcachex"),
                                    LIMIT);
                    System.out.println(outcome.output());
                });
    }
}
