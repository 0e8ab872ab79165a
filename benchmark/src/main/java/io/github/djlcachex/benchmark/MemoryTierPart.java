package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.ReadMode;

import org.openjdk.jmh.runner.RunnerException;

/** Random gathers with a memory tier, beside the same without one. */
final class MemoryTierPart implements BenchmarkSuite.Part {

    private static final double GOAL = 0.9;
    private static final int TURNS = 2;

    /** What a read of a file on another host takes, in a good network. */
    private static final int REMOTE_READ_US = 250;

    /** Few enough that all are read within a second. */
    private static final int REMOTE_DATA_BYTES = 4 << 20;

    /** What the tier has room for is a part of the rows, where it has not its default size. */
    private static final int PART = 8;

    @Override
    public String name() {
        return "tier";
    }

    @Override
    public void run(Bench bench) throws RunnerException {
        int dataBytes = bench.options().effort().dataBytes;
        measure(bench, "of default size, mapped", gather(ReadMode.MAPPED, dataBytes), -1);
        JmhCase positional = gather(ReadMode.POSITIONAL, dataBytes);
        measure(bench, "of default size, positional", positional, -1);
        measure(bench, "of an eighth of the rows, positional", positional, dataBytes / PART);
        int remoteBytes = Math.min(REMOTE_DATA_BYTES, dataBytes);
        JmhCase remote =
                gather(ReadMode.POSITIONAL, remoteBytes).with("readDelayUs", REMOTE_READ_US);
        measure(bench, "of default size, slow files", remote, -1);
        measure(bench, "of an eighth of the rows, slow files", remote, remoteBytes / PART);
    }

    private static JmhCase gather(ReadMode mode, int dataBytes) {
        return JmhCase.of(GatherBenchmark.class, "gather")
                .with("readMode", mode)
                .with("dataBytes", dataBytes);
    }

    /** The sides take turns: what else the machine does changes within seconds. */
    private static void measure(Bench bench, String what, JmhCase gather, long tierBytes)
            throws RunnerException {
        double without = 0;
        double with = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            without += rate(bench, gather.with("memoryTierBytes", 0)) / TURNS;
            with += rate(bench, gather.with("memoryTierBytes", tierBytes)) / TURNS;
        }
        bench.add(
                Figure.of("memory tier " + what + ", beside none", GatherPart.UNIT, with)
                        .beside(without)
                        .goal(Goal.ratioAtLeast(GOAL)));
    }

    private static double rate(Bench bench, JmhCase gather) throws RunnerException {
        return BenchmarkRows.BATCH * bench.measure(gather);
    }
}
