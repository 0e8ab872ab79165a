package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.GatherResult;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Batches of rows from warm segment files, beside a copy loop over a mapping and plain reads. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class GatherBenchmark {

    /** Creates the benchmark. */
    public GatherBenchmark() {}

    /**
     * The cache.
     *
     * @param cached the rows
     * @param cursor the batches
     * @return the result, always complete
     */
    @Benchmark
    public GatherResult gather(CachedRows cached, BatchCursor cursor) {
        cursor.advance();
        return cached.gather(cursor);
    }

    /**
     * Rows of different sizes.
     *
     * @param variable the rows
     * @param cursor the batches
     * @return the result, always complete
     */
    @Benchmark
    public GatherResult gatherVariable(VariableRows variable, BatchCursor cursor) {
        cursor.advance();
        return variable.gather(cursor);
    }

    /**
     * The limit: the same rows copied from a mapping.
     *
     * @param plain the rows
     * @param cursor the batches
     * @return the filled buffer
     */
    @Benchmark
    public ByteBuffer mappedCopy(PlainRows plain, BatchCursor cursor) {
        cursor.advance();
        return plain.copy(cursor);
    }

    /**
     * The limit where files are not mapped: the same rows by positional reads.
     *
     * @param plain the rows
     * @param cursor the batches
     * @return the filled buffer
     * @throws IOException if they cannot be read
     */
    @Benchmark
    public ByteBuffer positionalReads(PlainRows plain, BatchCursor cursor) throws IOException {
        cursor.advance();
        return plain.read(cursor);
    }
}
