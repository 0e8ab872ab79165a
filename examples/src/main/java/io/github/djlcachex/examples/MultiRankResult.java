package io.github.djlcachex.examples;

import com.google.gson.GsonBuilder;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The outcome of {@link MultiRank}, as its JSON file has it.
 *
 * @param runs one of each mode
 */
record MultiRankResult(List<MultiRankRun> runs) {

    String toJson() {
        return new GsonBuilder().setPrettyPrinting().create().toJson(this);
    }

    /** The ranks of each epoch as lines under a heading. */
    String toTable() {
        StringBuilder table = new StringBuilder(8192);
        table.append(
                String.format(
                        Locale.ROOT,
                        "%n%-20s %5s %4s %5s %9s %6s %10s %13s %8s%n",
                        "run",
                        "epoch",
                        "rank",
                        "rows",
                        "computed",
                        "again",
                        "read, own",
                        "read, others'",
                        "seconds"));
        for (MultiRankRun run : runs) {
            for (int epoch = 0; epoch < run.epochs(); epoch++) {
                for (RankReport rank : run.ranks()) {
                    table.append(line(run.mode(), rank.rank(), rank.epochs().get(epoch)));
                }
            }
            table.append(sums(run));
        }
        return table.toString();
    }

    private static String line(RankMode mode, int rank, RankReport.Epoch epoch) {
        return String.format(
                Locale.ROOT,
                "%-20s %5d %4d %5d %9d %6d %10d %13d %8.3f%n",
                mode.title(),
                epoch.epoch(),
                rank,
                epoch.rows(),
                epoch.computed(),
                epoch.again(),
                epoch.readOwn(),
                epoch.readOthers(),
                epoch.seconds());
    }

    private static String sums(MultiRankRun run) {
        return String.format(
                Locale.ROOT,
                "%s: of %d rows %d were computed before epoch 1, %s in epochs 1 to %d; %d are"
                        + " on disk.%n%n",
                run.mode().title(),
                run.rows(),
                run.computedIn(0),
                IntStream.rangeClosed(1, run.epochs())
                        .mapToObj(epoch -> String.valueOf(run.computedIn(epoch)))
                        .collect(Collectors.joining(", ")),
                run.epochs(),
                run.rowsOnDisk());
    }

    /** Fails if a row was computed more often than its mode promises. */
    void check() {
        for (MultiRankRun run : runs) {
            boolean tooOften = run.mode().computesOnce() && run.computed() != run.rows();
            if (tooOften || run.again() != 0) {
                throw new IllegalStateException(
                        String.format(
                                Locale.ROOT,
                                "%s: %d rows were computed, of %d; %d again by the same rank",
                                run.mode().title(),
                                run.computed(),
                                run.rows(),
                                run.again()));
            }
        }
    }
}
