package io.github.djlcachex.benchmark;

import org.openjdk.jmh.runner.RunnerException;

import java.util.List;

/** What may grow with the rows on disk: flush, open and heap. */
final class ScalePart implements BenchmarkSuite.Part {

    /** The beginnings of the names of figures, which end in the number of rows. */
    static final String FLUSH = "flush of 2048 rows at ";

    static final String OPEN = "open at ";

    private static final double FLUSH_GOAL = 1.2;
    private static final double HEAP_GOAL_BYTES = 1;
    private static final double MANY_SEGMENTS_GOAL_MS = 500;
    private static final int MANY_SEGMENTS = 1000;

    /** So few that they do not change the number of rows by much. */
    private static final int FLUSHES = 24;

    private static final int FLUSH_TURNS = 3;

    private static final int HEAP_COUNTS = 3;

    @Override
    public String name() {
        return "scale";
    }

    /** Rows on disk, ascending. */
    static List<Integer> rows(SuiteOptions options) {
        return options.smoke() ? List.of(10_000, 100_000) : List.of(10_000, 1_000_000, 10_000_000);
    }

    @Override
    public void run(Bench bench) throws RunnerException {
        List<Integer> rows = rows(bench.options());
        flush(bench, rows);
        for (int some : rows) {
            open(bench, some);
        }
        heap(bench, rows.get(rows.size() - 1));
        manySegments(bench, bench.options().smoke() ? 10_000 : 1_000_000);
    }

    /** The sizes take turns: the disk's time for an fsync changes within minutes. */
    private static void flush(Bench bench, List<Integer> rows) throws RunnerException {
        double[] flushMs = new double[rows.size()];
        for (int turn = 0; turn < FLUSH_TURNS; turn++) {
            for (int i = 0; i < flushMs.length; i++) {
                flushMs[i] += bench.measure(flush(rows.get(i))) / FLUSH_TURNS;
            }
        }
        for (int i = 0; i < flushMs.length; i++) {
            bench.add(
                    Figure.of(FLUSH + count(rows.get(i)), "ms", flushMs[i])
                            .beside(bench.measure(flush(rows.get(i)).method("writeAndForce"))));
        }
        bench.add(
                Figure.of(
                                "flush with the most rows on disk, beside the fewest",
                                "ms",
                                flushMs[flushMs.length - 1])
                        .beside(flushMs[0])
                        .goal(Goal.ratioAtMost(FLUSH_GOAL)));
    }

    private static JmhCase flush(int rows) {
        return JmhCase.of(FlushBenchmark.class, "flush").with("rows", rows).shots(FLUSHES);
    }

    private static void open(Bench bench, int rows) throws RunnerException {
        JmhCase work = JmhCase.of(OpenBenchmark.class, "open").with("rows", rows);
        bench.add(
                Figure.of(OPEN + count(rows), "ms", bench.measure(work))
                        .beside(bench.measure(work.method("readKeys"))));
    }

    private static void heap(Bench bench, int rows) throws RunnerException {
        JmhCase work =
                JmhCase.of(OpenBenchmark.class, "openForHeap")
                        .with("rows", rows)
                        .shots(HEAP_COUNTS);
        bench.add(
                Figure.of(
                                "heap a row on disk at " + count(rows),
                                "bytes",
                                bench.counter(work, "bytesPerRow"))
                        .goal(Goal.valueAtMost(HEAP_GOAL_BYTES)));
    }

    private static void manySegments(Bench bench, int rows) throws RunnerException {
        JmhCase work =
                JmhCase.of(OpenBenchmark.class, "open")
                        .with("rows", rows)
                        .with("segmentRows", rows / MANY_SEGMENTS)
                        .with("everything", false);
        bench.add(
                Figure.of(
                                "open 1,000 segments without an index snapshot",
                                "ms",
                                bench.measure(work))
                        .beside(bench.measure(work.method("readKeys")))
                        .goal(Goal.valueAtMost(MANY_SEGMENTS_GOAL_MS)));
    }

    static String count(int rows) {
        return Numbers.text(rows) + " rows";
    }
}
