package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What people see of a warm-up, with and without a terminal. */
class ProgressDisplayTest {

    private final List<String> output = new ArrayList<>();

    private static WarmupProgress at(long seconds, long done, double rowsPerSecond) {
        return new WarmupProgress(
                10_605, done, 0, rowsPerSecond, done * 1540, Duration.ofSeconds(seconds));
    }

    private static WarmupReport report(long missing, long done) {
        return new WarmupReport(
                10_605, missing, done, List.of(), done * 1540, Duration.ofSeconds(48));
    }

    @Test
    void terminal_overwritesOneLine() {
        ProgressDisplay display = new ProgressDisplay(true, output::add);
        display.onProgress(at(0, 0, 0));
        display.onProgress(at(5, 1_110, 222));
        display.onProgress(at(48, 10_605, 9));
        display.end(report(10_605, 10_605));
        assertThat(output)
                .containsExactly(
                        "\rwarm-up: 0/10,605 rows (0 %) | 0 rows/s | ? left | 0 B",
                        "\rwarm-up: 1,110/10,605 rows (10 %) | 222 rows/s | 0:43 left | 1.7 MB",
                        "\rwarm-up: 10,605/10,605 rows (100 %) | 9 rows/s | 0:00 left | 16.3 MB",
                        "\nwarm-up: 10,605 of 10,605 rows were missing | 10,605 computed in 48.00 s |"
                                + " 16.3 MB written | 0 bad\n");
    }

    @Test
    void terminal_coversALongerLine() {
        ProgressDisplay display = new ProgressDisplay(true, output::add);
        display.onProgress(at(1, 1_110, 222));
        display.onProgress(at(2, 1_200, 9));
        assertThat(output.get(1))
                .isEqualTo("\rwarm-up: 1,200/10,605 rows (11 %) | 9 rows/s | 17:25 left | 1.8 MB ");
        assertThat(output.get(1)).hasSameSizeAs(output.get(0));
    }

    @Test
    void log_saysOnePercentThenPausesGrowToAMinute() {
        ProgressDisplay display = new ProgressDisplay(false, output::add);
        List<Long> told = new ArrayList<>();
        for (long second = 0; second <= 300; second++) {
            int before = output.size();
            display.onProgress(at(second, 30 * second, 30));
            if (output.size() > before) {
                told.add(second);
            }
        }
        // one percent of 10,605 rows is passed in the fourth second
        assertThat(told).containsExactly(4L, 14L, 34L, 74L, 134L, 194L, 254L);
        assertThat(output.get(0))
                .isEqualTo("warm-up: 120/10,605 rows (1 %) | 30 rows/s | 5:50 left | 184.8 kB");
    }

    @Test
    void log_ofASlowBeginning_isThereAfterTenSeconds() {
        ProgressDisplay display = new ProgressDisplay(false, output::add);
        display.onProgress(at(9, 9, 1));
        assertThat(output).isEmpty();
        display.onProgress(at(10, 10, 1));
        assertThat(output)
                .containsExactly(
                        "warm-up: 10/10,605 rows (0 %) | 1 rows/s | 2:56:35 left | 15.4 kB");
    }

    @Test
    void aFilledCache_isOneLine() {
        for (boolean terminal : new boolean[] {true, false}) {
            output.clear();
            ProgressDisplay display = new ProgressDisplay(terminal, output::add);
            display.onProgress(new WarmupProgress(0, 0, 0, 0, 0, Duration.ZERO));
            display.end(report(0, 0));
            assertThat(output)
                    .containsExactly(
                            "warm-up: 0 of 10,605 rows were missing | 0 computed in 48.00 s | 0 B"
                                    + " written | 0 bad"
                                    + (terminal ? "\n" : ""));
        }
    }

    @Test
    void badRows_areInTheLine() {
        assertThat(new WarmupProgress(100, 50, 3, 10, 0, Duration.ofSeconds(5)).toString())
                .isEqualTo("50/100 rows (50 %) | 10 rows/s | 0:05 left | 0 B | 3 bad");
    }
}
