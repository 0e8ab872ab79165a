package io.github.djlcachex.benchmark;

import io.github.djlcachex.djl.AuditMode;

/** Training through DJL on PyTorch. */
final class EpochPart implements BenchmarkSuite.Part {

    /** The beginning of the names of figures that the chart shows. */
    static final String CHARTED = "epoch, ";

    private static final String UNIT = "ms";
    private static final double FORWARD_GOAL = 0.6;
    private static final double AUDIT_GOAL = 0.99;
    private static final double HITS_GOAL = 1.1;
    private static final double MISSES_GOAL = 1.03;
    private static final double REPORT_GOAL = 0.01;
    private static final double WARM_UP_GOAL = 0.97;
    private static final long WARM_UP_MS = 10_000;
    private static final double US_PER_MS = 1000;

    @Override
    public String name() {
        return "epoch";
    }

    @Override
    public void run(Bench bench) throws Exception {
        forward(bench);
        // The epochs run in this JVM, whose forks have the property by flag.
        System.setProperty(Fixtures.DIRECTORY, bench.options().data().toString());
        boolean smoke = bench.options().smoke();
        try (Extractor digits = Extractor.digits(smoke ? 2560 : 25_600)) {
            EpochRuns.Times ms = runs(bench, digits, bench.options().full() ? 40 : 15);
            bench.add(
                    epoch(digits, "all hits beside features in memory", ms.hitsMs())
                            .beside(ms.featuresMs())
                            .goal(Goal.ratioAtMost(HITS_GOAL)));
            bench.add(
                    epoch(digits, "all misses beside no cache", ms.missesMs()).beside(ms.offMs()));
            bench.add(
                    Figure.of(
                                    "report after an epoch of hits, "
                                            + digits.name()
                                            + ", beside the epoch",
                                    UNIT,
                                    ms.reportMs())
                            .beside(ms.hitsMs())
                            .goal(Goal.ratioAtMost(REPORT_GOAL)));
            double extraMs = ms.missesMs() - ms.offMs();
            bench.add(
                    Figure.of(
                            "a miss more than no cache, " + digits.name(),
                            "us/row",
                            extraMs * US_PER_MS / digits.rows()));
        }
        try (Extractor resNet = Extractor.resNet(smoke ? 32 : 128)) {
            EpochRuns.Times ms = runs(bench, resNet, bench.options().full() ? 7 : 3);
            bench.add(
                    epoch(resNet, "all misses beside no cache", ms.missesMs())
                            .beside(ms.offMs())
                            .goal(Goal.ratioAtMost(MISSES_GOAL)));
            bench.add(epoch(resNet, "all hits beside no cache", ms.hitsMs()).beside(ms.offMs()));
        }
        warmUp(bench);
    }

    /** With more rows than an epoch has: some are computed twice at the beginning, by the audit. */
    private static void warmUp(Bench bench) throws Exception {
        boolean smoke = bench.options().smoke();
        try (Extractor resNet = Extractor.resNet(smoke ? 32 : 512)) {
            WarmupRuns.Rates rates = WarmupRuns.medians(resNet, smoke ? 1 : 3);
            bench.add(
                    Figure.of(
                                    "warm-up, " + resNet.name() + ", beside the bare extractor",
                                    WarmupRuns.UNIT,
                                    rates.warmUp())
                            .beside(rates.bare())
                            .goal(Goal.ratioAtLeast(WARM_UP_GOAL)));
        }
    }

    private static EpochRuns.Times runs(Bench bench, Extractor extractor, int rounds)
            throws Exception {
        try (EpochRuns runs = new EpochRuns(extractor)) {
            return bench.options().smoke() ? runs.medians(1, 0) : runs.medians(rounds, WARM_UP_MS);
        }
    }

    private static Figure epoch(Extractor extractor, String what, double ms) {
        return Figure.of(CHARTED + extractor.name() + ", " + what, UNIT, ms);
    }

    private static void forward(Bench bench) throws Exception {
        JmhCase work =
                JmhCase.of(ForwardBenchmark.class, "forward")
                        .with("rows", bench.options().smoke() ? 2048 : 100_096);
        double limit = BenchmarkRows.BATCH * bench.measure(work.method("gather"));
        double audited = BenchmarkRows.BATCH * bench.measure(work);
        double unaudited =
                BenchmarkRows.BATCH * bench.measure(work.with("audit", AuditMode.OFF.name()));
        bench.add(
                Figure.of(
                                "forward 2 KiB, batch 256, all hits, beside the gather alone",
                                GatherPart.UNIT,
                                audited)
                        .beside(limit)
                        .goal(Goal.ratioAtLeast(FORWARD_GOAL)));
        bench.add(
                Figure.of(
                                "forward 2 KiB, batch 256, all hits, audited beside not audited",
                                GatherPart.UNIT,
                                audited)
                        .beside(unaudited)
                        .goal(Goal.ratioAtLeast(AUDIT_GOAL)));
    }
}
