package io.github.djlcachex.examples;

import com.google.gson.GsonBuilder;

import java.util.List;
import java.util.Locale;

/**
 * The outcome of a demo, as its JSON file has it.
 *
 * @param lossesEqual whether all runs have the same losses, bit for bit
 * @param coldSeconds the time of all epochs with an empty cache
 * @param warmSeconds the time of the same epochs with a filled one
 * @param savedSeconds the time of the epochs without a cache less that with a filled one
 * @param runs the runs: without the cache, with an empty one, with a filled one
 */
record DemoResult(
        boolean lossesEqual,
        double coldSeconds,
        double warmSeconds,
        double savedSeconds,
        List<RunReport> runs) {

    static DemoResult of(List<RunReport> runs) {
        return new DemoResult(
                runs.stream().allMatch(run -> run.sameLosses(runs.get(0))),
                runs.get(1).seconds(),
                runs.get(2).seconds(),
                runs.get(0).seconds() - runs.get(2).seconds(),
                runs);
    }

    String toJson() {
        return new GsonBuilder().setPrettyPrinting().create().toJson(this);
    }

    /** The epochs as lines under a heading. */
    String toTable() {
        StringBuilder table = new StringBuilder(4096);
        table.append(
                String.format(
                        Locale.ROOT,
                        "%n%-20s %4s %5s %8s %6s %6s %12s %12s%n",
                        "run",
                        "fold",
                        "epoch",
                        "seconds",
                        "hits",
                        "misses",
                        "train loss",
                        "val accuracy"));
        for (RunReport run : runs) {
            for (RunReport.Epoch epoch : run.epochs()) {
                table.append(
                        String.format(
                                Locale.ROOT,
                                "%-20s %4d %5d %8.3f %6d %6d %12.8f %12.4f%n",
                                run.name(),
                                epoch.fold(),
                                epoch.epoch(),
                                epoch.seconds(),
                                epoch.hits(),
                                epoch.misses(),
                                epoch.trainLoss(),
                                epoch.validationAccuracy()));
            }
        }
        return table.toString();
    }

    /** Fails unless the runs are what a cache promises. */
    void check(double accuracy, double accuracyGoal) {
        check(lossesEqual, "the losses of the three runs differ");
        check(runs.get(2).misses() == 0, "the third run had misses");
        check(accuracy > accuracyGoal, "the accuracy is not over " + accuracyGoal);
    }

    private static void check(boolean condition, String failure) {
        if (!condition) {
            throw new IllegalStateException(failure);
        }
    }
}
