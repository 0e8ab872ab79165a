package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * The opening of a cache: its time, beside a read of as many bytes as the keys have, and its heap.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class OpenBenchmark {

    private static final int PIECE_BYTES = 1 << 20;

    private @Nullable FeatureCache cache;
    private Path keyFile;

    /** Creates the benchmark; JMH fills it. */
    public OpenBenchmark() {}

    /** The heap that an open cache takes, counted beside the time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Heap {

        /** Bytes for each row on disk. */
        public double bytesPerRow;

        /** Creates the counter; JMH fills it. */
        public Heap() {}
    }

    /**
     * Writes a file of the keys' size.
     *
     * @param scaled the rows on disk
     * @throws IOException if it cannot be written
     */
    @Setup(Level.Trial)
    public void writeKeys(ScaledCache scaled) throws IOException {
        keyFile = scaled.directory().resolve("plain");
        BenchmarkRows.writePlain(keyFile, Long.BYTES, scaled.rows);
    }

    /** Leaves no garbage of the last iteration to this one. */
    @Setup(Level.Iteration)
    public void collect() {
        usedHeapBytes();
    }

    /**
     * The cache.
     *
     * @param scaled the rows on disk
     * @return the cache
     */
    @Benchmark
    public FeatureCache open(ScaledCache scaled) {
        FeatureCache opened = Fixtures.cacheIn(scaled.directory()).open();
        cache = opened;
        return opened;
    }

    /**
     * The same, and then the heap that is still used after collections.
     *
     * @param scaled the rows on disk
     * @param heap where the heap is counted
     * @return the cache
     */
    @Benchmark
    public FeatureCache openForHeap(ScaledCache scaled, Heap heap) {
        long before = usedHeapBytes();
        FeatureCache opened = Fixtures.cacheIn(scaled.directory()).open();
        cache = opened;
        heap.bytesPerRow = (double) (usedHeapBytes() - before) / scaled.rows;
        return opened;
    }

    /**
     * The limit: a read of 8 bytes a row.
     *
     * @param hole takes the bytes
     * @throws IOException if they cannot be read
     */
    @Benchmark
    public void readKeys(Blackhole hole) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(keyFile, StandardOpenOption.READ)) {
            while (channel.read(piece.clear()) >= 0) {
                hole.consume(piece.get(0));
            }
        }
    }

    /** Twice, since the first collection may only find what the second frees. */
    private static long usedHeapBytes() {
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Closes the cache, and forgets it, since the next one's heap is counted without it. */
    @TearDown(Level.Iteration)
    public void close() {
        if (cache != null) {
            cache.close();
        }
        cache = null;
    }

    /**
     * Removes the files.
     *
     * @param scaled the rows on disk
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void delete(ScaledCache scaled) throws IOException {
        scaled.delete();
    }
}
