package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.ReadMode;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Warm reads, beside a copy loop over a mapping, or positional reads. */
final class GatherPart implements BenchmarkSuite.Part {

    static final String UNIT = "rows/s";

    private static final double CHECKED_GOAL = 0.55;
    private static final double UNCHECKED_GOAL = 0.8;
    private static final double VARIABLE_GOAL = 0.8;

    private final Map<GatherCase, Double> limits = new HashMap<>();

    @Override
    public String name() {
        return "gather";
    }

    @Override
    public void run(Bench bench) throws RunnerException {
        List<GatherCase> cases = bench.options().full() ? GatherCase.all() : GatherCase.around();
        for (GatherCase one : cases) {
            double limit = limit(bench, one.plain());
            double rate = rate(bench, one);
            bench.add(Figure.of(one.name(), UNIT, rate).beside(limit).goal(goal(one)));
        }
        variable(bench);
    }

    private static void variable(Bench bench) throws RunnerException {
        for (ReadMode mode : List.of(ReadMode.MAPPED, ReadMode.POSITIONAL)) {
            GatherCase fixed = GatherCase.BASE.readMode(mode).memoryTier(false);
            JmhCase work = planned(bench, fixed, "gatherVariable").with("readMode", mode);
            bench.add(
                    Figure.of(
                                    "gather of rows of different sizes, 2 KiB in the mean, "
                                            + mode
                                            + ", beside rows of 2 KiB",
                                    UNIT,
                                    fixed.batchRows() * bench.measure(work))
                            .beside(rate(bench, fixed))
                            .goal(Goal.ratioAtLeast(VARIABLE_GOAL)));
        }
    }

    private static @Nullable Goal goal(GatherCase one) {
        if (one.equals(GatherCase.BASE)) {
            return Goal.ratioAtLeast(CHECKED_GOAL);
        }
        return one.equals(GatherCase.BASE.checksumPolicy(ChecksumPolicy.OFF))
                ? Goal.ratioAtLeast(UNCHECKED_GOAL)
                : null;
    }

    private double limit(Bench bench, GatherCase plain) throws RunnerException {
        Double known = limits.get(plain);
        if (known != null) {
            return known;
        }
        boolean mapped = plain.readMode() == ReadMode.MAPPED;
        double limit =
                plain.batchRows()
                        * bench.measure(
                                planned(bench, plain, mapped ? "mappedCopy" : "positionalReads"));
        limits.put(plain, limit);
        return limit;
    }

    private static double rate(Bench bench, GatherCase one) throws RunnerException {
        JmhCase work =
                planned(bench, one, "gather")
                        .with("keyType", one.keyType())
                        .with("checksumPolicy", one.checksumPolicy())
                        .with("readMode", one.readMode())
                        .with("memoryTierBytes", one.memoryTier() ? -1 : 0);
        return one.batchRows() * bench.measure(work);
    }

    private static JmhCase planned(Bench bench, GatherCase one, String method) {
        // Two batches of the largest rows fit even in a smoke run.
        int leastBytes = 2 * one.rowBytes() * Math.max(one.batchRows(), BenchmarkRows.BATCH);
        return JmhCase.of(GatherBenchmark.class, method)
                .with("rowBytes", one.rowBytes())
                .with("batchRows", one.batchRows())
                .with("order", one.order())
                .with("dataBytes", Math.max(leastBytes, bench.options().effort().dataBytes))
                .threads(one.threads());
    }
}
