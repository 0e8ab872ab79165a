package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** The main demo on few snippets: three JVMs, five folds, one cache. */
class SnippetsTransferTest {

    private static final int SNIPPETS = 60;
    private static final int EPOCHS = 15;

    @TempDir Path directory;

    @Test
    void run_threeTimes_computesEachSnippetOnceAndKeepsTheLosses() throws Exception {
        String count = String.valueOf(SNIPPETS);
        List<RunReport> runs = new ChildRuns(SnippetsRun.class, directory, count).run();
        DemoResult result = DemoResult.of(runs);
        assertThat(result.lossesEqual()).as(result.toTable()).isTrue();
        assertThat(runs.get(1).misses()).isEqualTo(SNIPPETS);
        assertThat(runs.get(2).misses()).isZero();
        assertThat(hits(runs.get(2))).isEqualTo((long) SNIPPETS * EPOCHS);
        assertThat(result.toJson()).contains("\"coldSeconds\"", "\"warmSeconds\"");
    }

    @Test
    void report_ofRuns_isAPageThatNeedsNothingElse() {
        RunReport.Epoch epoch = new RunReport.Epoch(1, 1, 2.5, 0, 7, 0.5f, 0.4f, 0.9f);
        List<RunReport> runs =
                List.of(
                        new RunReport(ChildRuns.OFF, List.of(epoch)),
                        new RunReport(ChildRuns.COLD, List.of(epoch)),
                        new RunReport(ChildRuns.WARM, List.of(epoch)));
        String page = HtmlReport.of(DemoResult.of(runs));
        assertThat(page).contains("<svg", "1/1: 2.500 s", "7.000 rows", ChildRuns.WARM);
        assertThat(page).doesNotContain("http", "<script", "src=");
    }

    private static long hits(RunReport run) {
        return run.epochs().stream().mapToLong(RunReport.Epoch::hits).sum();
    }
}
