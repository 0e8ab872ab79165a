package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * A CacheWriter stores the rows of one task, and ends with a flush, which tasks of a JVM that end
 * together share: a task that succeeds has its rows on disk. For one thread.
 */
final class CacheWriter implements DataWriter<InternalRow> {

    private static final int MAX_ROWS = 4096;
    private static final long MAX_BYTES = 4L << 20;

    private final Leases<String, OpenCache>.Lease lease;
    private final FeatureCache cache;
    private final StructType given;
    private final CacheStats before;
    private @Nullable RowEncoder encoder;
    private long declined;

    /** What a task has done. */
    private record Done() implements WriterCommitMessage {}

    CacheWriter(Leases<String, OpenCache>.Lease lease, StructType given) {
        this.lease = lease;
        this.cache = lease.value().cache();
        this.given = given;
        TaskContext task = TaskContext.get();
        if (task != null && (task.attemptNumber() > 0 || task.stageAttemptNumber() > 0)) {
            cache.refresh(); // an earlier attempt may have stored rows elsewhere
        }
        this.before = cache.stats();
    }

    @Override
    public void write(InternalRow row) {
        RowEncoder rows = encoder == null ? newEncoder(row) : encoder;
        encoder = rows;
        rows.append(row);
        if (rows.rows() >= MAX_ROWS || rows.bytes() >= MAX_BYTES) {
            put(rows);
        }
    }

    /** Without columns on disk the first row tells how long its arrays are. */
    private RowEncoder newEncoder(InternalRow first) {
        RowSchema schema = cache.schema().orElseGet(() -> RowEncoder.schemaOf(given, first));
        return new RowEncoder(given, schema);
    }

    private void put(RowEncoder rows) {
        declined += cache.put(rows.keys(), rows.batch()).declined();
        rows.clear();
    }

    @Override
    public WriterCommitMessage commit() throws IOException {
        RowEncoder rows = encoder;
        if (rows != null && rows.rows() > 0) {
            put(rows);
        }
        SharedFlush.Outcome flush = flushed();
        long lost = cache.stats().lostRows() - before.lostRows();
        if (declined > 0 || lost > 0 || flush.pendingRows() > 0) {
            throw notOnDisk(lost, flush);
        }
        return new Done();
    }

    private SharedFlush.Outcome flushed() throws IOException {
        try {
            return lease.value().flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("the task was killed while it flushed").initCause(e);
        }
    }

    private CacheIoException notOnDisk(long lost, SharedFlush.Outcome flush) {
        return new CacheIoException(
                Problem.of(
                        cache.directory().toString(),
                        "all rows of the task on disk",
                        declined
                                + " declined, "
                                + lost
                                + " lost, "
                                + flush.pendingRows()
                                + " not written: "
                                + flush.reasons(),
                        "see the log for the reason, such as a limit or a full disk; the retry"
                                + " stores what is missing"));
    }

    /** What was stored is found by the next attempt. */
    @Override
    public void abort() {
        cache.startFlush();
    }

    @Override
    public void close() {
        lease.close();
    }
}
