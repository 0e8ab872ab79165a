package io.github.djlcachex.examples;

import com.google.gson.GsonBuilder;

import java.util.List;
import java.util.Locale;

/**
 * The outcome of {@link MultiRank}, as its JSON file has it.
 *
 * @param runs with every rank writing, and with one writer
 */
record MultiRankResult(List<MultiRankResult.Run> runs) {

    /**
     * One run.
     *
     * @param name who writes
     * @param ranks what each rank did
     */
    record Run(String name, List<RankReport> ranks) {

        /** The rows that all ranks computed in an epoch. */
        long computedIn(int epoch) {
            return ranks.stream().mapToLong(rank -> rank.epochs().get(epoch - 1).computed()).sum();
        }

        long computed() {
            long sum = 0;
            for (int epoch = 1; epoch <= epochs(); epoch++) {
                sum += computedIn(epoch);
            }
            return sum;
        }

        /** The rows of the dataset: each epoch deals all of them. */
        long rows() {
            return ranks.stream().mapToLong(rank -> rank.epochs().get(0).rows()).sum();
        }

        int epochs() {
            return ranks.get(0).epochs().size();
        }
    }

    String toJson() {
        return new GsonBuilder().setPrettyPrinting().create().toJson(this);
    }

    /** The ranks of each epoch as lines under a heading. */
    String toTable() {
        StringBuilder table = new StringBuilder(4096);
        table.append(
                String.format(
                        Locale.ROOT,
                        "%n%-18s %5s %4s %5s %9s %10s %13s %8s%n",
                        "run",
                        "epoch",
                        "rank",
                        "rows",
                        "computed",
                        "read, own",
                        "read, others'",
                        "seconds"));
        for (Run run : runs) {
            for (int epoch = 0; epoch < run.epochs(); epoch++) {
                for (RankReport rank : run.ranks()) {
                    table.append(line(run.name(), rank.rank(), rank.epochs().get(epoch)));
                }
            }
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %d rows were computed %d times in %d epochs.%n%n",
                            run.name(),
                            run.rows(),
                            run.computed(),
                            run.epochs()));
        }
        return table.toString();
    }

    private static String line(String run, int rank, RankReport.Epoch epoch) {
        return String.format(
                Locale.ROOT,
                "%-18s %5d %4d %5d %9d %10d %13d %8.3f%n",
                run,
                epoch.epoch(),
                rank,
                epoch.rows(),
                epoch.computed(),
                epoch.readOwn(),
                epoch.readOthers(),
                epoch.seconds());
    }

    /** Fails if a row was computed twice while every rank wrote. */
    void check() {
        Run everyRank = runs.get(0);
        if (everyRank.computedIn(1) != everyRank.rows()
                || everyRank.computed() != everyRank.rows()) {
            throw new IllegalStateException(
                    everyRank.computed() + " rows were computed, of " + everyRank.rows());
        }
    }
}
