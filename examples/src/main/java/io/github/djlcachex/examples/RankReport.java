package io.github.djlcachex.examples;

import java.util.List;

/**
 * What one rank did in one training.
 *
 * @param rank the rank
 * @param filled the rows that it computed before the first epoch
 * @param epochs its epochs
 */
record RankReport(int rank, long filled, List<RankReport.Epoch> epochs) {

    /**
     * One epoch of a rank.
     *
     * @param epoch its number, from 1
     * @param rows the rows that it met
     * @param computed those that it computed
     * @param again those that it computed and had computed before
     * @param readOwn those that it read and had computed before
     * @param readOthers those that it read and other ranks had computed
     * @param seconds the time with the exchange at the end, in which ranks wait for each other
     */
    record Epoch(
            int epoch,
            long rows,
            long computed,
            long again,
            long readOwn,
            long readOthers,
            double seconds) {}
}
