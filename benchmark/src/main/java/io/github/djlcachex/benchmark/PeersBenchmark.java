package io.github.djlcachex.benchmark;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.rocksdb.RocksDBException;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Batches of rows from other stores with a Java interface; the same batches as the gather's. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class PeersBenchmark {

    /** Creates the benchmark. */
    public PeersBenchmark() {}

    /**
     * LMDB.
     *
     * @param rows the rows
     * @param cursor the batches
     * @return the filled buffer
     */
    @Benchmark
    public ByteBuffer lmdb(LmdbRows rows, BatchCursor cursor) {
        cursor.advance();
        return rows.read(cursor);
    }

    /**
     * RocksDB.
     *
     * @param rows the rows
     * @param cursor the batches
     * @return the filled buffer
     * @throws RocksDBException if they cannot be read
     */
    @Benchmark
    public ByteBuffer rocksDb(RocksRows rows, BatchCursor cursor) throws RocksDBException {
        cursor.advance();
        return rows.read(cursor);
    }
}
