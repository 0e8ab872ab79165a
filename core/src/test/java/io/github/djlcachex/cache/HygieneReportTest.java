package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.store.HygieneCounts;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class HygieneReportTest {

    private static final HygieneCounts.Sum NONE = new HygieneCounts.Sum(0, 0, 0);

    private static HygieneReport report(boolean dryRun, HygieneCounts.Sum written, long others) {
        return new HygieneReport(
                new HygieneCounts(
                        "compact",
                        dryRun,
                        new HygieneCounts.Sum(10, 100, 4000),
                        new HygieneCounts.Sum(9, 90, 3600),
                        written,
                        List.of(new HygieneCounts.Kept(Path.of("g"), "a process has it open")),
                        1,
                        others,
                        1_250_000_000L));
    }

    @Test
    void report_ofCompaction_isOneLine() {
        assertThat(report(false, new HygieneCounts.Sum(1, 80, 3200), 2))
                .hasToString(
                        "compact: removed 9 of 10 files, 90 of 100 rows, 3600 of 4000 bytes, wrote"
                                + " 1 files, 80 rows, 3200 bytes, kept 1, others removed 2, 1.250"
                                + " s");
    }

    @Test
    void report_ofDryRun_saysWhatWouldGo() {
        HygieneReport report = report(true, NONE, 0);
        assertThat(report)
                .hasToString(
                        "compact: would remove 9 of 10 files, 90 of 100 rows, 3600 of 4000 bytes,"
                                + " kept 1, 1.250 s");
        assertThat(report.kept()).singleElement().hasToString("g: a process has it open");
    }
}
