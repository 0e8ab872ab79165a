package io.github.djlcachex.benchmark;

import org.openjdk.jmh.runner.RunnerException;

/** Writes: sustained with fsync, and the miss path. */
final class PutPart implements BenchmarkSuite.Part {

    private static final double MS_PER_S = 1000;
    private static final double SUSTAINED_GOAL = 0.5;
    private static final int ROW_BYTES = 2048;

    /** So few that the segment is not sealed meanwhile. */
    private static final int MISSED_ROWS = 16 * 1024;

    /** The first hundred calls are partly interpreted, which says more of the JVM than of them. */
    private static final int MISS_SHOTS = 400;

    @Override
    public String name() {
        return "put";
    }

    @Override
    public void run(Bench bench) throws RunnerException {
        int rows = bench.options().smoke() ? 1024 : 256 * 1024;
        double limit = rate(bench, "writeAndForce", rows);
        bench.add(
                Figure.of(
                                "put + flush 2 KiB, fsync, sustained",
                                GatherPart.UNIT,
                                rate(bench, "putAndFlush", rows))
                        .beside(limit)
                        .goal(Goal.ratioAtLeast(SUSTAINED_GOAL)));
        int shots = bench.options().smoke() ? 0 : MISS_SHOTS;
        double copy = rate(bench, "copyToHeap", MISSED_ROWS, shots);
        bench.add(
                Figure.of(
                                "miss path 2 KiB: gather that misses, then put",
                                GatherPart.UNIT,
                                rate(bench, "missAndPut", MISSED_ROWS, shots))
                        .beside(copy));
    }

    private static double rate(Bench bench, String method, int rows) throws RunnerException {
        return rate(bench, method, rows, 0);
    }

    private static double rate(Bench bench, String method, int rows, int shots)
            throws RunnerException {
        JmhCase work =
                JmhCase.of(PutBenchmark.class, method)
                        .with("rows", rows)
                        .with("rowBytes", ROW_BYTES)
                        .shots(shots);
        return rows / bench.measure(work) * MS_PER_S;
    }
}
