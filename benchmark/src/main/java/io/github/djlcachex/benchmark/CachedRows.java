package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.SlowReads;
import io.github.djlcachex.cache.StoredAs;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The planned rows in a cache, all of them in segment files. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class CachedRows {

    /** How often rows are checked. */
    @Param("EVERY_READ")
    public ChecksumPolicy checksumPolicy;

    /** How files are read. */
    @Param("MAPPED")
    public ReadMode readMode;

    /** The size of the memory tier; -1 for its default. */
    @Param("-1")
    public long memoryTierBytes;

    /** What a read takes at least. */
    @Param("0")
    public int readDelayUs;

    /** The percentage of the elements that are not zero. */
    @Param("100")
    public int nonzeroPercent;

    /** How rows are stored; empty for as they are. */
    @Param("")
    public String storedAs;

    private Path directory;
    private FeatureCache cache;

    /** Creates the state; JMH fills it. */
    public CachedRows() {}

    /**
     * Stores the rows.
     *
     * @param plan the rows
     * @throws IOException if they cannot be written
     */
    @Setup(Level.Trial)
    public void open(ReadPlan plan) throws IOException {
        directory = Fixtures.temporary("gather");
        FeatureCacheBuilder filling = Fixtures.cacheIn(directory);
        if (!storedAs.isEmpty()) {
            filling.storeAs(StoredAs.valueOf(storedAs));
        }
        try (FeatureCache filled = filling.open()) {
            if (nonzeroPercent == 100) {
                BenchmarkRows.fill(filled, plan.keyType, plan.rowBytes, 0, plan.rows());
            } else {
                BenchmarkRows.fillSparse(
                        filled, plan.keyType, plan.rowBytes, nonzeroPercent, plan.rows());
            }
        }
        FeatureCacheBuilder builder =
                Fixtures.cacheIn(directory).checksumPolicy(checksumPolicy).readMode(readMode);
        if (memoryTierBytes >= 0) {
            builder.memoryTierBytes(memoryTierBytes);
        }
        if (readDelayUs > 0) {
            SlowReads.of(builder, TimeUnit.MICROSECONDS.toNanos(readDelayUs));
        }
        cache = builder.open();
    }

    /** Reads a batch, all of which must be there. */
    GatherResult gather(BatchCursor cursor) {
        GatherResult result = cache.gather(cursor.keys(), cursor.into());
        if (!result.isComplete()) {
            throw new IllegalStateException(result.toString());
        }
        return result;
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
