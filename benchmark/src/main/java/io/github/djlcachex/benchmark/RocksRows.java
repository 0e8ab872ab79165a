package io.github.djlcachex.benchmark;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ByteBufferGetStatus;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The planned rows in RocksDB, without compression, compacted, and with a block cache that holds
 * them all.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class RocksRows {

    private static final long BLOCK_CACHE_BYTES = 1L << 30;

    static {
        RocksDB.loadLibrary();
    }

    private final List<ByteBuffer> keys = new ArrayList<>();
    private final List<ByteBuffer> values = new ArrayList<>();
    private final ReadOptions reading = new ReadOptions();
    private Path directory;
    private LRUCache blocks;
    private BloomFilter filter;
    private Options options;
    private RocksDB database;
    private int rowBytes;

    /** Creates the state; JMH fills it. */
    public RocksRows() {}

    /**
     * Stores the rows.
     *
     * @param plan the rows
     * @throws IOException if there is no directory for them
     * @throws RocksDBException if they cannot be stored
     */
    @Setup(Level.Trial)
    public void fill(ReadPlan plan) throws IOException, RocksDBException {
        rowBytes = plan.rowBytes;
        directory = Fixtures.temporary("rocksdb");
        blocks = new LRUCache(BLOCK_CACHE_BYTES);
        filter = new BloomFilter();
        options =
                new Options()
                        .setCreateIfMissing(true)
                        .setCompressionType(CompressionType.NO_COMPRESSION)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(blocks)
                                        .setFilterPolicy(filter));
        database = RocksDB.open(options, directory.toString());
        put(plan.rows());
        database.compactRange();
    }

    private void put(int rows) throws RocksDBException {
        ByteBuffer batch = BenchmarkRows.random(rowBytes, BenchmarkRows.BATCH).buffer(0);
        try (WriteOptions writing = new WriteOptions()) {
            for (int from = 0; from < rows; from += BenchmarkRows.BATCH) {
                try (WriteBatch writes = new WriteBatch()) {
                    for (int i = 0; i < BenchmarkRows.BATCH; i++) {
                        writes.put(key(from + (long) i), batch.slice(i * rowBytes, rowBytes));
                    }
                    database.write(writing, writes);
                }
            }
        }
    }

    private static ByteBuffer key(long row) {
        return ByteBuffer.allocateDirect(Long.BYTES).putLong(row).flip();
    }

    /** Copies a batch by one call, straight into the batch's memory. */
    ByteBuffer read(BatchCursor cursor) throws RocksDBException {
        ByteBuffer target = cursor.into().buffer(0);
        int[] rows = cursor.rows();
        prepare(target, rows.length);
        for (int i = 0; i < rows.length; i++) {
            keys.get(i).clear().putLong(rows[i]).flip();
            values.get(i).clear();
        }
        for (ByteBufferGetStatus result : database.multiGetByteBuffers(reading, keys, values)) {
            if (result.status.getCode() != Status.Code.Ok) {
                throw new IllegalStateException("a row is not there");
            }
        }
        return target;
    }

    /** Makes the views of the batch's memory once. */
    private void prepare(ByteBuffer target, int rows) {
        while (keys.size() < rows) {
            values.add(target.slice(keys.size() * rowBytes, rowBytes));
            keys.add(ByteBuffer.allocateDirect(Long.BYTES));
        }
    }

    /**
     * Removes the rows.
     *
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        database.close();
        options.close();
        filter.close();
        blocks.close();
        reading.close();
        BenchmarkRows.delete(directory);
    }
}
