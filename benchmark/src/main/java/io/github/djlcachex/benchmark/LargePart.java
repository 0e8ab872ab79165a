package io.github.djlcachex.benchmark;

import org.openjdk.jmh.runner.RunnerException;

/**
 * The opening of 100 million rows in 3,000 segments; of the full set alone, since it takes long.
 */
final class LargePart implements BenchmarkSuite.Part {

    private static final int SEGMENTS = 3000;
    private static final int SHOTS = 5;
    private static final double OPEN_GOAL_MS = 100;
    private static final double HEAP_GOAL_BYTES = 1;

    @Override
    public String name() {
        return "large";
    }

    @Override
    public void run(Bench bench) throws RunnerException {
        SuiteOptions options = bench.options();
        if (!options.full() && !options.only().contains(name())) {
            System.out.println("  skipped: part of the full set");
            return;
        }
        int rows = options.smoke() ? 10_100_000 : 100_000_000;
        JmhCase work =
                JmhCase.of(OpenBenchmark.class, "open")
                        .with("rows", rows)
                        .with("segmentRows", rows / SEGMENTS + 1)
                        .shots(SHOTS)
                        .jvmFlag("-Xmx12g");
        String at = ScalePart.count(rows) + " in 3,000 segments";
        bench.add(
                Figure.of("open of " + at, "ms", bench.measure(work))
                        .beside(bench.measure(work.method("readKeys")))
                        .goal(Goal.valueAtMost(OPEN_GOAL_MS)));
        bench.add(
                Figure.of(
                                "heap a row on disk of " + at,
                                "bytes",
                                bench.counter(work.method("openForHeap"), "bytesPerRow"))
                        .goal(Goal.valueAtMost(HEAP_GOAL_BYTES)));
    }
}
