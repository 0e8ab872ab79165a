package io.github.djlcachex.benchmark;

import io.github.djlcachex.row.KeyType;

import org.openjdk.jmh.runner.RunnerException;

import java.util.List;

/** Lookups by key alone, 256 a batch. */
final class LookupPart implements BenchmarkSuite.Part {

    private static final String UNIT = "keys/s";
    private static final double RATE_GOAL = 8_000_000;
    private static final double STRING_GOAL = 0.5;

    @Override
    public String name() {
        return "lookup";
    }

    @Override
    public void run(Bench bench) throws RunnerException {
        List<Integer> rows = ScalePart.rows(bench.options());
        int most = rows.get(rows.size() - 1);
        JmhCase work =
                JmhCase.of(LookupBenchmark.class, "missing")
                        .with("rows", most)
                        .with("keyType", KeyType.INT64);
        double rate = BenchmarkRows.BATCH * bench.measure(work);
        double limit = BenchmarkRows.BATCH * bench.measure(work.method("randomReads"));
        String at = " at " + ScalePart.count(most);
        bench.add(
                Figure.of("lookups, int64 keys," + at, UNIT, rate)
                        .beside(limit)
                        .goal(Goal.valueAtLeast(RATE_GOAL)));
        double strings = BenchmarkRows.BATCH * bench.measure(work.with("keyType", KeyType.UTF8));
        bench.add(
                Figure.of("lookups, string keys beside int64 keys," + at, UNIT, strings)
                        .beside(rate)
                        .goal(Goal.ratioAtLeast(STRING_GOAL)));
    }
}
