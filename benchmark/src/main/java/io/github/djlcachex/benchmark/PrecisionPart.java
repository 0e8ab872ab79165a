package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.KeyType;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** Gathers of rows that are stored in another precision or sparse, and what they take. */
final class PrecisionPart implements BenchmarkSuite.Part {

    private static final int ROW_BYTES = 2048;
    private static final int ROWS = 4096;
    private static final int TERMS_ROW_BYTES = 10_000 * Float.BYTES;
    private static final int TERMS_ROWS = 1024;
    private static final Set<StoredAs> PRECISIONS =
            EnumSet.complementOf(EnumSet.of(StoredAs.SPARSE));

    @Override
    public String name() {
        return "precision";
    }

    @Override
    public void run(Bench bench) throws RunnerException, IOException {
        double float32 = rate(bench, "");
        double float32Bytes = bytesOfARow(bench, null);
        for (StoredAs precision : PRECISIONS) {
            String stored = " of 2 KiB rows stored as " + precision + ", beside FLOAT32";
            bench.add(
                    Figure.of("gather" + stored, GatherPart.UNIT, rate(bench, precision.name()))
                            .beside(float32));
            bench.add(
                    Figure.of("file bytes a row" + stored, "bytes", bytesOfARow(bench, precision))
                            .beside(float32Bytes));
        }
        sparse(bench);
        for (String method :
                new String[] {"toFloat16", "fromFloat16", "toBfloat16", "fromBfloat16"}) {
            JmhCase conversion = JmhCase.of(HalfPrecisionBenchmark.class, method);
            double numbers = HalfPrecisionBenchmark.NUMBERS * bench.measure(conversion);
            bench.add(Figure.of("HalfPrecision." + method, "numbers/s", numbers));
        }
    }

    /** One in a hundred elements is not zero. */
    private static void sparse(Bench bench) throws RunnerException, IOException {
        String rows = " of rows of 10,000 floats, 1 % of them nonzero, stored SPARSE, beside dense";
        bench.add(
                Figure.of("gather" + rows, GatherPart.UNIT, termsRate(bench, "SPARSE"))
                        .beside(termsRate(bench, "")));
        bench.add(
                Figure.of("file bytes a row" + rows, "bytes", bytesOfTerms(bench, StoredAs.SPARSE))
                        .beside(bytesOfTerms(bench, null)));
    }

    private static double termsRate(Bench bench, String storedAs) throws RunnerException {
        JmhCase gather =
                JmhCase.of(GatherBenchmark.class, "gather")
                        .with("storedAs", storedAs)
                        .with("rowBytes", TERMS_ROW_BYTES)
                        .with("nonzeroPercent", 1)
                        .with("dataBytes", bench.options().effort().dataBytes);
        return BenchmarkRows.BATCH * bench.measure(gather);
    }

    private static double bytesOfTerms(Bench bench, @Nullable StoredAs as) throws IOException {
        Path directory = bench.options().data().resolve("terms");
        FeatureCacheBuilder builder = Fixtures.cacheIn(directory);
        if (as != null) {
            builder.storeAs(as);
        }
        try (FeatureCache cache = builder.open()) {
            BenchmarkRows.fillSparse(cache, KeyType.INT64, TERMS_ROW_BYTES, 1, TERMS_ROWS);
            return (double) cache.stats().persistedBytes() / TERMS_ROWS;
        } finally {
            BenchmarkRows.delete(directory);
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
