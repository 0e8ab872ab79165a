package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.KeyType;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;

import java.io.IOException;
import java.nio.file.Path;

/** Gathers of rows that are stored in another precision, beside FLOAT32, and what they take. */
final class PrecisionPart implements BenchmarkSuite.Part {

    private static final int ROW_BYTES = 2048;
    private static final int ROWS = 4096;

    @Override
    public String name() {
        return "precision";
    }

    @Override
    public void run(Bench bench) throws RunnerException, IOException {
        double float32 = rate(bench, "");
        double float32Bytes = bytesOfARow(bench, null);
        for (StoredAs precision : StoredAs.values()) {
            String stored = " of 2 KiB rows stored as " + precision + ", beside FLOAT32";
            bench.add(
                    Figure.of("gather" + stored, GatherPart.UNIT, rate(bench, precision.name()))
                            .beside(float32));
            bench.add(
                    Figure.of("file bytes a row" + stored, "bytes", bytesOfARow(bench, precision))
                            .beside(float32Bytes));
        }
        for (String method :
                new String[] {"toFloat16", "fromFloat16", "toBfloat16", "fromBfloat16"}) {
            JmhCase conversion = JmhCase.of(HalfPrecisionBenchmark.class, method);
            double numbers = HalfPrecisionBenchmark.NUMBERS * bench.measure(conversion);
            bench.add(Figure.of("HalfPrecision." + method, "numbers/s", numbers));
        }
    }

    private static double rate(Bench bench, String storedAs) throws RunnerException {
        JmhCase gather =
                JmhCase.of(GatherBenchmark.class, "gather")
                        .with("storedAs", storedAs)
                        .with("dataBytes", bench.options().effort().dataBytes);
        return BenchmarkRows.BATCH * bench.measure(gather);
    }

    private static double bytesOfARow(Bench bench, @Nullable StoredAs precision)
            throws IOException {
        Path directory = bench.options().data().resolve("precision");
        FeatureCacheBuilder builder = Fixtures.cacheIn(directory);
        if (precision != null) {
            builder.storeAs(precision);
        }
        try (FeatureCache cache = builder.open()) {
            BenchmarkRows.fill(cache, KeyType.INT64, ROW_BYTES, 0, ROWS);
            return (double) cache.stats().persistedBytes() / ROWS;
        } finally {
            BenchmarkRows.delete(directory);
        }
    }
}
