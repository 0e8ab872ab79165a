package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.ReadMode;

import org.openjdk.jmh.runner.RunnerException;

/** Reads of a cache that is larger than the memory that it may use, or was dropped from it. */
final class ColdPart implements BenchmarkSuite.Part {

    private static final double GOAL = 0.7;
    private static final double MS_PER_S = 1000;
    private static final long MEMORY_BYTES = 128L << 20;

    @Override
    public String name() {
        return "cold";
    }

    @Override
    public void run(Bench bench) throws RunnerException {
        if (!PageCache.canDrop()) {
            System.out.println("  skipped: there is no dd, which drops files from the page cache");
            return;
        }
        boolean limited = MemoryLimit.available();
        String name =
                limited
                        ? "cold gather 2 KiB, cache larger than memory"
                        : "cold gather 2 KiB, page cache dropped";
        if (!limited) {
            System.out.println("  memory cannot be limited here; the page cache is dropped alone");
        }
        int rows = bench.options().smoke() ? 4096 : 1 << 19;
        JmhCase work =
                JmhCase.of(ColdBenchmark.class, "gather")
                        .with("rows", rows)
                        .shots(bench.options().full() ? 20 : 6)
                        .with("memoryBytes", limited ? MEMORY_BYTES : 0)
                        // The heap is taken before memory is limited, and so not counted.
                        .jvmFlag("-Xms1g")
                        .jvmFlag("-Xmx1g")
                        .jvmFlag("-XX:+AlwaysPreTouch");
        double limit = rate(bench, work.method("positionalReads"));
        bench.add(
                Figure.of(name, GatherPart.UNIT, rate(bench, work))
                        .beside(limit)
                        .goal(Goal.ratioAtLeast(GOAL)));
        bench.add(
                Figure.of(
                                name + ", positional",
                                GatherPart.UNIT,
                                rate(bench, work.with("readMode", ReadMode.POSITIONAL)))
                        .beside(limit));
    }

    private static double rate(Bench bench, JmhCase work) throws RunnerException {
        return ColdBenchmark.BATCHES * BenchmarkRows.BATCH / bench.measure(work) * MS_PER_S;
    }
}
