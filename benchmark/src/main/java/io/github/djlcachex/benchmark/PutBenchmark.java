package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Rows put into an empty cache, flushed with fsync or not, beside the same bytes written plainly.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class PutBenchmark {

    /** Bytes of one row. */
    @Param("2048")
    public int rowBytes;

    /** Rows of one call. */
    @Param("65536")
    public int rows;

    private Path directory;
    private FeatureCache cache;
    private RowBatch batch;
    private RowBatch into;
    private Keys[] keys;

    /** Creates the benchmark; JMH fills it. */
    public PutBenchmark() {}

    /**
     * Opens an empty cache.
     *
     * @throws IOException if it cannot be created
     */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        directory = Fixtures.temporary("put");
        cache = Fixtures.cacheIn(directory).open();
        batch = BenchmarkRows.random(rowBytes, BenchmarkRows.BATCH);
        into = RowBatch.allocate(batch.schema(), BenchmarkRows.BATCH);
        // The first rows create the generation's files, which is no part of a sustained rate.
        BenchmarkRows.fill(cache, KeyType.INT64, rowBytes, rows, BenchmarkRows.BATCH);
        keys = new Keys[rows / BenchmarkRows.BATCH];
        for (int i = 0; i < keys.length; i++) {
            int first = i * BenchmarkRows.BATCH;
            keys[i] =
                    BenchmarkRows.keys(
                            KeyType.INT64, BenchmarkRows.range(first, BenchmarkRows.BATCH));
        }
    }

    /**
     * The cache, with everything on disk at the end.
     *
     * @return the report, always complete
     */
    @Benchmark
    public FlushReport putAndFlush() {
        for (Keys some : keys) {
            cache.put(some, batch);
        }
        FlushReport report = cache.flush();
        if (!report.isComplete()) {
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
    public long writeAndForce() throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        directory.resolve("plain"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            BenchmarkRows.writePlain(channel, batch.buffer(0), (long) rowBytes * rows);
            channel.force(true);
            return channel.size();
        }
    }

    /**
     * The way of rows that are not there: looked for, then put; on disk only later.
     *
     * @return the number of rows that were missing
     */
    @Benchmark
    public int missAndPut() {
        int missing = 0;
        for (Keys some : keys) {
            missing += cache.gather(some, into).missing().length;
            cache.put(some, batch);
        }
        return missing;
    }

    /**
     * The limit of that way: the same bytes copied to new memory.
     *
     * @return that memory
     */
    @Benchmark
    public ByteBuffer[] copyToHeap() {
        ByteBuffer[] copies = new ByteBuffer[keys.length];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = ByteBuffer.allocate(batch.buffer(0).capacity());
            copies[i].put(0, batch.buffer(0), 0, batch.buffer(0).capacity());
        }
        return copies;
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
