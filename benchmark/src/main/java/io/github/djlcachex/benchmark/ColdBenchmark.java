package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
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
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Random rows of a cache that is not in the page cache, beside positional reads of the same rows.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class ColdBenchmark {

    static final int ROW_BYTES = 2048;
    static final int BATCHES = 8;

    /** Long enough for the cleaner to unmap what a collection found. */
    private static final int UNMAP_MS = 200;

    /** Rows of the cache. */
    @Param("524288")
    public int rows;

    /** Bytes of memory that the process may use for the files, or 0 for no limit. */
    @Param("0")
    public long memoryBytes;

    /** How the cache reads files. */
    @Param("AUTOMATIC")
    public ReadMode readMode;

    private final Random random = new Random(4);
    private Path directory;
    private Path cacheDirectory;
    private Path plainFile;
    private FeatureCache cache;
    private FileChannel plain;
    private int[][] drawn;
    private Keys[] keys;
    private RowBatch into;
    private MemoryLimit limit;

    /** Creates the benchmark; JMH fills it. */
    public ColdBenchmark() {}

    /**
     * Writes the rows.
     *
     * @throws IOException if they cannot be written
     */
    @Setup(Level.Trial)
    public void write() throws IOException {
        directory = Fixtures.temporary("cold");
        cacheDirectory = directory.resolve("cache");
        plainFile = directory.resolve("plain");
        try (FeatureCache filled = Fixtures.cacheIn(cacheDirectory).open()) {
            BenchmarkRows.fill(filled, KeyType.INT64, ROW_BYTES, 0, rows);
        }
        BenchmarkRows.writePlain(plainFile, ROW_BYTES, rows);
        into = RowBatch.allocate(BenchmarkRows.schema(ROW_BYTES), BenchmarkRows.BATCH);
        drawn = new int[BATCHES][];
        keys = new Keys[BATCHES];
    }

    /**
     * Drops the pages, opens the files anew, and draws other rows.
     *
     * @throws Exception if that fails
     */
    @Setup(Level.Iteration)
    public void drop() throws Exception {
        System.gc();
        Thread.sleep(UNMAP_MS);
        cache = Fixtures.cacheIn(cacheDirectory).readMode(readMode).open();
        plain = FileChannel.open(plainFile, StandardOpenOption.READ);
        for (int i = 0; i < BATCHES; i++) {
            drawn[i] = random.ints(BenchmarkRows.BATCH, 0, rows).toArray();
            keys[i] = BenchmarkRows.keys(KeyType.INT64, drawn[i]);
        }
        PageCache.drop(directory);
        if (memoryBytes > 0) {
            limit = MemoryLimit.of(memoryBytes);
        }
    }

    /**
     * The cache.
     *
     * @return the rows found, always all
     */
    @Benchmark
    public int gather() {
        int hits = 0;
        for (Keys batch : keys) {
            hits += cache.gather(batch, into).hits();
        }
        if (hits != BATCHES * BenchmarkRows.BATCH) {
            throw new IllegalStateException(hits + " rows found");
        }
        return hits;
    }

    /**
     * The limit: the same rows by positional reads.
     *
     * @return the filled buffer
     * @throws IOException if they cannot be read
     */
    @Benchmark
    public ByteBuffer positionalReads() throws IOException {
        for (int[] batch : drawn) {
            PlainRows.read(plain, batch, ROW_BYTES, into.buffer(0).duplicate());
        }
        return into.buffer(0);
    }

    /**
     * Closes the files.
     *
     * @throws IOException if the memory limit cannot be taken back
     */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        if (limit != null) {
            limit.close();
        }
        cache.close();
        plain.close();
    }

    /**
     * Removes the rows.
     *
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        BenchmarkRows.delete(directory);
    }
}
