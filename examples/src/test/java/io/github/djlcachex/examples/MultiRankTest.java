package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The demo of several ranks as it stands: four JVMs, each through all modes. */
class MultiRankTest {

    private static final int RANKS = 4;
    private static final long IMAGES = 896;

    @TempDir Path directory;

    @Test
    void run_withFourRanks_computesInEachModeWhatItPromises() throws Exception {
        MultiRankResult result = new MultiRank(directory, RANKS).run();
        result.check();
        assertThat(result.runs()).extracting(MultiRankRun::mode).containsExactly(RankMode.values());
        assertThat(result.runs())
                .extracting(MultiRankRun::rowsOnDisk)
                .containsExactly(IMAGES, IMAGES, IMAGES / RANKS, computedByRank0(result));
        assertThat(result.runs()).allSatisfy(MultiRankTest::meetsEachImageInEachEpoch);

        MultiRankRun everyRank = result.runs().get(0);
        assertThat(computed(everyRank)).containsExactly(0, IMAGES, 0, 0, 0);
        assertThat(everyRank.ranks()).allSatisfy(rank -> readsOthersFrom(2, rank));

        MultiRankRun filled = result.runs().get(1);
        assertThat(computed(filled)).containsExactly(IMAGES, 0, 0, 0, 0);
        assertThat(filled.ranks().get(0).filled()).isEqualTo(IMAGES);
        assertThat(filled.ranks().subList(1, RANKS)).allSatisfy(rank -> readsOthersFrom(1, rank));

        MultiRankRun fixed = result.runs().get(2);
        assertThat(computed(fixed)).containsExactly(0, IMAGES, 0, 0, 0);
        assertThat(fixed.ranks()).allSatisfy(MultiRankTest::readsItsOwnAlone);

        MultiRankRun oneRank = result.runs().get(3);
        assertThat(computedByRank(oneRank)).isEqualTo(metByNeitherItNorRank0());
        assertThat(computed(oneRank)[2]).isPositive();
    }

    private static long[] computed(MultiRankRun run) {
        return IntStream.rangeClosed(0, run.epochs()).mapToLong(run::computedIn).toArray();
    }

    private static void meetsEachImageInEachEpoch(MultiRankRun run) {
        assertThat(run.ranks()).hasSize(RANKS);
        for (int epoch = 0; epoch < RankRun.EPOCHS; epoch++) {
            long met = 0;
            for (RankReport rank : run.ranks()) {
                RankReport.Epoch counters = rank.epochs().get(epoch);
                met += counters.computed() + counters.readOwn() + counters.readOthers();
            }
            assertThat(met).as("%s, epoch %s", run.mode(), epoch + 1).isEqualTo(IMAGES);
        }
        assertThat(run.rows()).isEqualTo(IMAGES);
    }

    private static void readsOthersFrom(int first, RankReport rank) {
        assertThat(rank.epochs())
                .allSatisfy(
                        epoch ->
                                assertThat(epoch.readOthers() > 0)
                                        .isEqualTo(epoch.epoch() >= first));
    }

    private static void readsItsOwnAlone(RankReport rank) {
        assertThat(rank.epochs()).allSatisfy(epoch -> assertThat(epoch.readOthers()).isZero());
        assertThat(rank.epochs().get(1).readOwn()).isEqualTo(IMAGES / RANKS);
    }

    private static long computedByRank0(MultiRankResult result) {
        return computedByRank(result.runs().get(3)).get(0).stream().mapToLong(rows -> rows).sum();
    }

    private static List<List<Long>> computedByRank(MultiRankRun run) {
        return run.ranks().stream()
                .map(rank -> rank.epochs().stream().map(RankReport.Epoch::computed).toList())
                .toList();
    }

    /** What one writer promises: a rank lacks what neither it nor the writer met before. */
    private static List<List<Long>> metByNeitherItNorRank0() throws Exception {
        Digits digits = Digits.read(RankRun.FIRST_LABEL);
        List<List<Long>> computed = new ArrayList<>();
        for (int rank = 0; rank < RANKS; rank++) {
            Set<Long> known = new HashSet<>();
            List<Long> epochs = new ArrayList<>();
            for (int epoch = 1; epoch <= RankRun.EPOCHS; epoch++) {
                Collection<Long> dealt = ids(digits.shard(epoch, rank, RANKS));
                epochs.add(dealt.stream().filter(id -> !known.contains(id)).count());
                known.addAll(dealt);
                known.addAll(ids(digits.shard(epoch, 0, RANKS)));
            }
            computed.add(epochs);
        }
        return computed;
    }

    private static Collection<Long> ids(Digits digits) {
        return digits.images().stream().map(Digits.Image::id).toList();
    }

    @Test
    void check_rowThatASecondRankComputed_failsWhereEveryRankWrites() {
        assertThatThrownBy(result(RankMode.EVERY_RANK, 1, 0)::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "every rank writes: 11 rows were computed, of 10; 0 again by the same rank");
        result(RankMode.ONE_RANK, 1, 0).check();
    }

    @Test
    void check_rowThatARankComputedTwice_failsInEveryMode() {
        assertThatThrownBy(result(RankMode.ONE_RANK, 1, 1)::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "rank 0 writes: 11 rows were computed, of 10; 1 again by the same rank");
    }

    private static MultiRankResult result(RankMode mode, long computed, long again) {
        RankReport.Epoch first = new RankReport.Epoch(1, 10, 10, 0, 0, 0, 1.0);
        RankReport.Epoch second =
                new RankReport.Epoch(2, 10, computed, again, 10 - computed, 0, 1.0);
        RankReport rank = new RankReport(0, 0, List.of(first, second));
        return new MultiRankResult(List.of(new MultiRankRun(mode, 10, List.of(rank))));
    }
}
