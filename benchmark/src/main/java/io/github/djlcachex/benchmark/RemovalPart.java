package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.LongStream;

/** The removal of some rows of many, beside a file of their keys that is written and forced. */
final class RemovalPart implements BenchmarkSuite.Part {

    private static final double GOAL_MS = 100;
    private static final double NANOS_PER_MS = 1e6;
    private static final int KEYS = 1000;
    private static final int WARM_UP_RUNS = 5;
    private static final int RUNS = 25;

    @Override
    public String name() {
        return "removal";
    }

    @Override
    public void run(Bench bench) throws Exception {
        System.setProperty(Fixtures.DIRECTORY, bench.options().data().toString());
        int rows = bench.options().smoke() ? 100_000 : 10_000_000;
        Path directory = Fixtures.copy(KeyType.INT64, rows, 0, true);
        double[] removalMs = new double[RUNS];
        double[] plainMs = new double[RUNS];
        try (FeatureCache cache = Fixtures.cacheIn(directory).open()) {
            for (int run = -WARM_UP_RUNS; run < RUNS; run++) {
                double plain = ms(() -> writePlain(directory.resolve("plain")));
                Keys keys = spread(run + WARM_UP_RUNS, rows);
                double removal = ms(() -> remove(cache, keys));
                if (run >= 0) {
                    plainMs[run] = plain;
                    removalMs[run] = removal;
                }
            }
        }
        BenchmarkRows.delete(directory);
        bench.add(
                Figure.of(
                                "removal of 1,000 of " + Numbers.text(rows) + " rows",
                                "ms",
                                Numbers.median(removalMs))
                        .beside(Numbers.median(plainMs))
                        .goal(Goal.valueAtMost(GOAL_MS)));
    }

    /** Other keys in each run, from all segments. */
    private static Keys spread(int run, int rows) {
        long distance = rows / KEYS;
        return Keys.of(LongStream.range(0, KEYS).map(i -> i * distance + run).toArray());
    }

    private static void remove(FeatureCache cache, Keys keys) {
        long removed = cache.remove(keys).rowsRemoved();
        if (removed != keys.size()) {
            throw new IllegalStateException(removed + " rows were removed");
        }
    }

    private static void writePlain(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(KEYS * Long.BYTES));
            channel.force(true);
        }
    }

    /** Work that is timed. */
    private interface Work {
        void run() throws IOException;
    }

    private static double ms(Work work) throws IOException {
        long startNanos = System.nanoTime();
        work.run();
        return (System.nanoTime() - startNanos) / NANOS_PER_MS;
    }
}
