package io.github.djlcachex.benchmark;

import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The planned rows in LMDB, keyed by their number in big-endian bytes, appended in order. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class LmdbRows {

    private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
    private Path directory;
    private Env<ByteBuffer> env;
    private Dbi<ByteBuffer> database;
    private Txn<ByteBuffer> transaction;
    private int rowBytes;

    /** Creates the state; JMH fills it. */
    public LmdbRows() {}

    /**
     * Stores the rows.
     *
     * @param plan the rows
     * @throws IOException if there is no directory for them
     */
    @Setup(Level.Trial)
    public void fill(ReadPlan plan) throws IOException {
        rowBytes = plan.rowBytes;
        directory = Fixtures.temporary("lmdb");
        env =
                Env.create()
                        .setMapSize(3L * plan.rows() * rowBytes + (1 << 24))
                        .setMaxDbs(1)
                        .open(directory.toFile(), EnvFlags.MDB_NORDAHEAD);
        database = env.openDbi("rows", DbiFlags.MDB_CREATE);
        ByteBuffer batch = BenchmarkRows.random(rowBytes, BenchmarkRows.BATCH).buffer(0);
        try (Txn<ByteBuffer> writing = env.txnWrite()) {
            for (int row = 0; row < plan.rows(); row++) {
                ByteBuffer value = batch.slice(row % BenchmarkRows.BATCH * rowBytes, rowBytes);
                database.put(writing, key(row), value, PutFlags.MDB_APPEND);
            }
            writing.commit();
        }
        transaction = env.txnRead();
        transaction.reset();
    }

    private ByteBuffer key(long row) {
        return key.clear().putLong(row).flip();
    }

    /** Copies a batch from the mapping, in a read transaction of its own. */
    ByteBuffer read(BatchCursor cursor) {
        ByteBuffer target = cursor.into().buffer(0);
        int[] rows = cursor.rows();
        transaction.renew();
        for (int i = 0; i < rows.length; i++) {
            ByteBuffer value = database.get(transaction, key(rows[i]));
            if (value == null) {
                throw new IllegalStateException("no row " + rows[i]);
            }
            target.put(i * rowBytes, value, 0, rowBytes);
        }
        transaction.reset();
        return target;
    }

    /**
     * Removes the rows.
     *
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        transaction.close();
        env.close();
        BenchmarkRows.delete(directory);
    }
}
