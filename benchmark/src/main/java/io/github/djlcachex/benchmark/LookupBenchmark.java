package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;

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
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Lookups of random keys in a large cache, beside random reads of 16 bytes of memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class LookupBenchmark {

    private static final int BATCHES = 2048;

    private FeatureCache cache;
    private Keys[] keys;
    private int[][] slots;
    private long[] table;
    private int next;

    /** Creates the benchmark; JMH fills it. */
    public LookupBenchmark() {}

    /**
     * Opens the cache and draws keys.
     *
     * @param scaled the rows on disk
     */
    @Setup(Level.Trial)
    public void open(ScaledCache scaled) {
        cache = Fixtures.cacheIn(scaled.directory()).open();
        Random random = new Random(3);
        keys = new Keys[BATCHES];
        slots = new int[BATCHES][];
        for (int i = 0; i < BATCHES; i++) {
            slots[i] = random.ints(BenchmarkRows.BATCH, 0, scaled.rows).toArray();
            keys[i] = BenchmarkRows.keys(scaled.keyType, slots[i]);
        }
        table = random.longs(2L * scaled.rows).toArray();
    }

    /**
     * The cache.
     *
     * @return no positions, since all keys are there
     */
    @Benchmark
    public int[] missing() {
        next = (next + 1) % BATCHES;
        int[] missing = cache.missing(keys[next]);
        if (missing.length != 0) {
            throw new IllegalStateException(missing.length + " keys are missing");
        }
        return missing;
    }

    /**
     * The limit: as many random reads of a key and an address.
     *
     * @return the sum of what was read
     */
    @Benchmark
    public long randomReads() {
        next = (next + 1) % BATCHES;
        long sum = 0;
        for (int slot : slots[next]) {
            sum += table[2 * slot] ^ table[2 * slot + 1];
        }
        return sum;
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
