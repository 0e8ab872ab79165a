package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** The demo of several ranks with two of them: four JVMs, two directories. */
class MultiRankTest {

    @TempDir Path directory;

    @Test
    void run_withTwoRanks_computesNothingTwiceWhereEveryRankWrites() throws Exception {
        MultiRankResult result = new MultiRank(directory, 2).run();
        result.check();
        MultiRankResult.Run everyRank = result.runs().get(0);
        assertThat(everyRank.computed()).as(result.toTable()).isEqualTo(everyRank.rows());
        assertThat(everyRank.ranks()).allSatisfy(MultiRankTest::readsOthers);
        MultiRankResult.Run oneRank = result.runs().get(1);
        assertThat(oneRank.computed()).as(result.toTable()).isGreaterThan(oneRank.rows());
        assertThat(result.toJson()).contains("\"readOthers\"", "\"rank 0 writes\"");
    }

    private static void readsOthers(RankReport rank) {
        assertThat(rank.epochs().get(0).readOthers()).isZero();
        assertThat(rank.epochs().get(1).computed()).isZero();
        assertThat(rank.epochs().get(1).readOthers()).isPositive();
    }

    @Test
    void check_rowThatWasComputedTwice_fails() {
        RankReport.Epoch first = new RankReport.Epoch(1, 10, 10, 0, 0, 1.0);
        RankReport.Epoch second = new RankReport.Epoch(2, 10, 1, 9, 0, 1.0);
        MultiRankResult.Run run =
                new MultiRankResult.Run(
                        "every rank writes", List.of(new RankReport(0, List.of(first, second))));
        assertThatThrownBy(new MultiRankResult(List.of(run, run))::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("11 rows were computed, of 10");
    }
}
