package io.github.djlcachex.examples;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What the ranks did in one training of {@link MultiRank}.
 *
 * @param mode who writes
 * @param rowsOnDisk what the cache directory holds at the end
 * @param ranks what each rank did
 */
record MultiRankRun(RankMode mode, long rowsOnDisk, List<RankReport> ranks) {

    /** The rows that all ranks computed in an epoch; 0 is the time before the first one. */
    long computedIn(int epoch) {
        return ranks.stream()
                .mapToLong(
                        rank ->
                                epoch == 0
                                        ? rank.filled()
                                        : rank.epochs().get(epoch - 1).computed())
                .sum();
    }

    long computed() {
        return IntStream.rangeClosed(0, epochs()).mapToLong(this::computedIn).sum();
    }

    /** The rows that a rank computed though it had computed them before. */
    long again() {
        return ranks.stream()
                .flatMap(rank -> rank.epochs().stream())
                .mapToLong(RankReport.Epoch::again)
                .sum();
    }

    /** The rows of the dataset: each epoch deals all of them. */
    long rows() {
        return ranks.stream().mapToLong(rank -> rank.epochs().get(0).rows()).sum();
    }

    int epochs() {
        return ranks.get(0).epochs().size();
    }
}
