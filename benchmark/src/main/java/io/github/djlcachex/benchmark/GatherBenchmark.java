package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.Verification;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowBatch;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Random rows from warm segment files, in rows a second, beside a plain copy loop over a mapping.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GatherBenchmark {

    private static final int ROWS = 100_096;
    private static final int KEY_BATCHES = 512;

    /** Bytes of one row. */
    @Param({"2048"})
    public int rowBytes;

    /** How often rows are checked. */
    @Param({"EVERY_READ", "OFF"})
    public Verification verification;

    private Path directory;
    private FeatureCache cache;
    private MappedByteBuffer map;
    private RowBatch into;
    private Keys[] keys;
    private int next;

    /** Creates the benchmark; JMH fills it. */
    public GatherBenchmark() {}

    /**
     * Stores the rows, and the same bytes in a plain file.
     *
     * @throws IOException if they cannot be written
     */
    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory("gather");
        cache =
                FeatureCache.builder()
                        .directory(directory)
                        .moduleId("gather")
                        .verification(verification)
                        .open();
        BenchmarkRows.fill(cache, rowBytes, ROWS);
        into = RowBatch.allocate(BenchmarkRows.schema(rowBytes), BenchmarkRows.BATCH);
        keys = BenchmarkRows.randomKeys(KEY_BATCHES, ROWS);
        map = plainFile(directory.resolve("plain"));
    }

    private MappedByteBuffer plainFile(Path file) throws IOException {
        ByteBuffer batch = BenchmarkRows.random(rowBytes, BenchmarkRows.BATCH).buffer(0);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            for (int from = 0; from < ROWS; from += BenchmarkRows.BATCH) {
                ByteBuffer rest = batch.duplicate();
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    /**
     * The cache.
     *
     * @return the result, always complete
     */
    @Benchmark
    @OperationsPerInvocation(BenchmarkRows.BATCH)
    public GatherResult gather() {
        GatherResult result = cache.gather(nextKeys(), into);
        if (!result.complete()) {
            throw new IllegalStateException(result.toString());
        }
        return result;
    }

    /**
     * The limit: the same rows copied from a mapping, with the row's number as its place.
     *
     * @return the filled buffer
     */
    @Benchmark
    @OperationsPerInvocation(BenchmarkRows.BATCH)
    public ByteBuffer plainMappedCopy() {
        LongKeys batch = (LongKeys) nextKeys();
        ByteBuffer target = into.buffer(0);
        for (int i = 0; i < BenchmarkRows.BATCH; i++) {
            target.put(i * rowBytes, map, (int) batch.get(i) * rowBytes, rowBytes);
        }
        return target;
    }

    private Keys nextKeys() {
        next = (next + 1) % KEY_BATCHES;
        return keys[next];
    }

    /**
     * Removes the rows.
     *
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        cache.close();
        BenchmarkRows.delete(directory);
    }
}
