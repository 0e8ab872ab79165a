package io.github.djlcachex.benchmark;

/** Eight predictors of one extractor, as a service has them, and ids from contents. */
final class PredictorsPart implements BenchmarkSuite.Part {

    private static final double THROUGHPUT_GOAL = 0.9;
    private static final String ROWS_UNIT = "rows/s";

    @Override
    public String name() {
        return "predictors";
    }

    @Override
    public void run(Bench bench) throws Exception {
        System.setProperty(Fixtures.DIRECTORY, bench.options().data().toString());
        boolean smoke = bench.options().smoke();
        try (Extractor digits = Extractor.digits(smoke ? 2_048 : 65_536)) {
            measure(bench, digits, smoke ? 1 : 7);
        }
        try (Extractor resNet = Extractor.resNet(smoke ? 32 : 128)) {
            measure(bench, resNet, smoke ? 1 : 3);
        }
    }

    private static void measure(Bench bench, Extractor extractor, int rounds) throws Exception {
        try (PredictorRuns runs = new PredictorRuns(extractor)) {
            PredictorRuns.Rates rates = runs.medians(rounds);
            bench.add(
                    figure(extractor, "all misses beside the extractor alone", rates.misses())
                            .beside(rates.alone())
                            .goal(Goal.ratioAtLeast(THROUGHPUT_GOAL)));
            bench.add(
                    figure(extractor, "switched off beside the extractor alone", rates.off())
                            .beside(rates.alone())
                            .goal(Goal.ratioAtLeast(THROUGHPUT_GOAL)));
            bench.add(
                    Figure.of(
                                    "ids from contents, " + extractor.name() + ", beside SHA-256",
                                    "MB/s",
                                    runs.contentMbPerS())
                            .beside(runs.digestMbPerS()));
        }
    }

    private static Figure figure(Extractor extractor, String what, double rate) {
        return Figure.of("eight predictors, " + extractor.name() + ", " + what, ROWS_UNIT, rate);
    }
}
