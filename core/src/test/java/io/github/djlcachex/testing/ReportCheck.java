package io.github.djlcachex.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Holds, after the tests of the last modules, that the report has every line that it must have.
 *
 * <p>It runs in a JVM of its own, since some lines are written when a JVM ends its tests.
 */
class ReportCheck {

    @Test
    void report_afterAllTests_hasEveryDemandedLine() throws IOException {
        List<Map<String, Object>> lines =
                ReliabilityReport.lines().stream().filter(ReliabilityReport::ofThisBuild).toList();
        for (Map<String, Object> line : lines) {
            if (line.get("skipped") != null) {
                System.err.println("NOT TESTED: " + line.get("test") + ": " + line.get("skipped"));
            }
        }
        String module = Path.of("").toAbsolutePath().getFileName().toString();
        assertThat(DemandedLines.ofThisBuild().complaints(module, lines))
                .as(
                        "%s; a build of some modules alone needs -Dreliability.check.skip=true",
                        ReliabilityReport.file())
                .isEmpty();
    }
}
