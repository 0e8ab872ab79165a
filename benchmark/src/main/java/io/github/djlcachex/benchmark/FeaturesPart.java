package io.github.djlcachex.benchmark;

/** Training on the cached rows themselves, beside features in memory and beside a slow disk. */
final class FeaturesPart implements BenchmarkSuite.Part {

    private static final String UNIT = "ms";
    private static final double GOAL = 1.1;
    private static final long WARM_UP_MS = 10_000;

    @Override
    public String name() {
        return "features";
    }

    @Override
    public void run(Bench bench) throws Exception {
        // The epochs run in this JVM, whose forks have the property by flag.
        System.setProperty(Fixtures.DIRECTORY, bench.options().data().toString());
        boolean smoke = bench.options().smoke();
        prefetch(bench, smoke ? 256 : 2048);
        for (int batchRows : new int[] {32, 256}) {
            try (FeatureEpochs epochs = new FeatureEpochs(smoke ? 2560 : 25_600, batchRows)) {
                FeatureEpochs.Times ms =
                        smoke
                                ? epochs.medians(1, 0)
                                : epochs.medians(bench.options().full() ? 40 : 15, WARM_UP_MS);
                bench.add(
                        Figure.of(
                                        "epoch of a head on cached rows of 384 floats, batch "
                                                + batchRows
                                                + ", beside an ArrayDataset",
                                        UNIT,
                                        ms.cachedMs())
                                .beside(ms.arrayMs())
                                .goal(Goal.ratioAtMost(GOAL)));
            }
        }
    }

    private static void prefetch(Bench bench, int rows) throws Exception {
        String name = "epoch of a head on rows of a disk four times slower, ";
        try (PrefetchEpochs epochs = new PrefetchEpochs(rows)) {
            PrefetchEpochs.Times ms = epochs.medians(bench.options().smoke() ? 1 : 5);
            bench.add(
                    Figure.of(name + "prefetched, beside the disk alone", UNIT, ms.aheadMs())
                            .beside(ms.diskMs())
                            .goal(Goal.ratioAtMost(GOAL)));
            bench.add(
                    Figure.of(name + "not prefetched, beside the disk alone", UNIT, ms.inTurnMs())
                            .beside(ms.diskMs()));
        }
    }
}
