package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.row.RowBatch;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Rows of 2 KiB put and flushed with fsync, in rows a second, beside {@code FileChannel.write} and
 * {@code force} of the same bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class PutBenchmark {

    private static final int ROW_BYTES = 2048;
    private static final int ROWS = 128 * BenchmarkRows.BATCH;

    private Path directory;
    private FeatureCache cache;
    private RowBatch batch;
    private long nextKey;
    private int nextFile;

    /** Creates the benchmark; JMH fills it. */
    public PutBenchmark() {}

    /**
     * Opens an empty cache.
     *
     * @throws IOException if it cannot be created
     */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        directory = Files.createTempDirectory("put");
        cache = FeatureCache.builder().directory(directory).moduleId("put").open();
        batch = BenchmarkRows.random(ROW_BYTES, BenchmarkRows.BATCH);
        nextKey = 0;
        nextFile = 0;
    }

    /**
     * The cache.
     *
     * @return the report, always complete
     */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public FlushReport putAndFlush() {
        for (int i = 0; i < ROWS; i += BenchmarkRows.BATCH) {
            cache.put(BenchmarkRows.keys(nextKey, BenchmarkRows.BATCH), batch);
            nextKey += BenchmarkRows.BATCH;
        }
        FlushReport report = cache.flush();
        if (!report.complete()) {
            throw new IllegalStateException(report.toString());
        }
        return report;
    }

    /**
     * The limit: the same bytes written to a new file, and forced.
     *
     * @return the file's size
     * @throws IOException if they cannot be written
     */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long plainWriteAndForce() throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        directory.resolve("plain" + nextFile++),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            for (int i = 0; i < ROWS; i += BenchmarkRows.BATCH) {
                ByteBuffer rest = batch.buffer(0).duplicate();
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
            channel.force(true);
            return channel.size();
        }
    }

    /**
     * Removes what was written.
     *
     * @throws IOException if it cannot be removed
     */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        cache.close();
        BenchmarkRows.delete(directory);
    }
}
