package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A flush of 2048 rows into a cache that has many, beside the same bytes written and forced. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class FlushBenchmark {

    private static final int FLUSHED_ROWS = 2048;

    private static final int WARM_UP_FLUSHES = 200;

    private FeatureCache cache;
    private Path plain;
    private int nextRow;

    /** Creates the benchmark; JMH fills it. */
    public FlushBenchmark() {}

    /**
     * Opens the cache, after flushes to another one, so that the compiler is done with them.
     *
     * @param scaled the rows on disk
     * @throws IOException if the other cache cannot be made
     */
    @Setup(Level.Trial)
    public void open(ScaledCache scaled) throws IOException {
        Path warmUp = Fixtures.temporary("warmup");
        try (FeatureCache other = Fixtures.cacheIn(warmUp).open()) {
            for (int i = 0; i < WARM_UP_FLUSHES; i++) {
                BenchmarkRows.fill(
                        other, scaled.keyType, Fixtures.ROW_BYTES, i * FLUSHED_ROWS, FLUSHED_ROWS);
            }
        }
        BenchmarkRows.delete(warmUp);
        cache = Fixtures.cacheIn(scaled.directory()).open();
        plain = scaled.directory().resolve("plain");
        nextRow = scaled.rows;
    }

    /** Puts new rows, which are not on disk yet. */
    @Setup(Level.Iteration)
    public void put(ScaledCache scaled) {
        BenchmarkRows.put(cache, scaled.keyType, Fixtures.ROW_BYTES, nextRow, FLUSHED_ROWS);
        nextRow += FLUSHED_ROWS;
    }

    /**
     * The cache.
     *
     * @return the report, always complete
     */
    @Benchmark
    public FlushReport flush() {
        FlushReport report = cache.flush();
        if (!report.isComplete()) {
            throw new IllegalStateException(report.toString());
        }
        return report;
    }

    /**
     * The limit: as many bytes of rows written to a new file, and forced.
     *
     * @return the file's size
     * @throws IOException if they cannot be written
     */
    @Benchmark
    public long writeAndForce() throws IOException {
        try (FileChannel channel =
                FileChannel.open(plain, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            BenchmarkRows.writePlain(
                    channel,
                    BenchmarkRows.random(Fixtures.ROW_BYTES, BenchmarkRows.BATCH).buffer(0),
                    (long) Fixtures.ROW_BYTES * FLUSHED_ROWS);
            channel.force(true);
            return channel.size();
        }
    }

    /**
     * Removes the plain file.
     *
     * @throws IOException if it cannot be removed
     */
    @TearDown(Level.Iteration)
    public void deletePlain() throws IOException {
        Files.deleteIfExists(plain);
    }

    /**
     * Closes the cache.
     *
     * @param scaled the rows on disk
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void close(ScaledCache scaled) throws IOException {
        cache.close();
        scaled.delete();
    }
}
