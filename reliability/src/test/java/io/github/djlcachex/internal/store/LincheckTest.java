package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.store.LincheckProgram.Model;
import io.github.djlcachex.internal.store.LincheckProgram.Strategy;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.ToolJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Lincheck on the index, and on put, gather, flush and clear: every result of concurrent calls must
 * be one that some order of the same calls gives.
 *
 * <p>The model checker tries the interleavings of the index one by one. It cannot look into
 * records, which everything above the index has: that is checked by stress alone.
 */
@Tag("T19")
class LincheckTest {

    private static final List<String> FLAGS =
            List.of(
                    "-Xmx1g",
                    "-XX:+EnableDynamicAgentLoading",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                    "--add-exports=java.base/jdk.internal.util=ALL-UNNAMED",
                    "--add-exports=java.base/sun.security.action=ALL-UNNAMED");

    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir Path directory;

    private record Check(Model model, Strategy strategy, int iterations, int invocations) {}

    private static final List<Check> CHECKS =
            List.of(
                    new Check(Model.LONG_INDEX, Strategy.STRESS, 100, 10_000),
                    new Check(Model.STRING_INDEX, Strategy.STRESS, 100, 10_000),
                    new Check(Model.LONG_CACHE, Strategy.STRESS, 100, 1_000),
                    new Check(Model.STRING_CACHE, Strategy.STRESS, 100, 1_000),
                    new Check(Model.LONG_INDEX, Strategy.MODEL_CHECKING, 20, 200),
                    new Check(Model.STRING_INDEX, Strategy.MODEL_CHECKING, 20, 200));

    @Test
    void concurrentCalls_ofIndexAndCache_areLinearizable() throws Exception {
        Reliability.prove(
                "T19 Lincheck",
                2_208_000,
                line -> {
                    line.note("invocations; index by stress and model checking, cache by stress");
                    for (Check check : CHECKS) {
                        prove(line, check);
                    }
                });
    }

    private void prove(Reliability line, Check check) throws Exception {
        ToolJvm.Outcome outcome =
                ToolJvm.run(
                        directory,
                        FLAGS,
                        LincheckProgram.class.getName(),
                        List.of(
                                check.model().name(),
                                check.strategy().name(),
                                String.valueOf(check.iterations()),
                                String.valueOf(check.invocations())),
                        LIMIT);
        if (outcome.output().contains("Unsupported class file major version")) {
            line.skip("Lincheck cannot read the classes of Java " + Runtime.version().feature());
        }
        assertThat(outcome.exit()).as("%s: %s", check, outcome.tail()).isZero();
        assertThat(outcome.output()).contains("linearizable");
        line.runs((long) check.iterations() * check.invocations());
    }
}
