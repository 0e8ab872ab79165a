package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A CacheWriter stores the rows of one task, and ends with a flush: a task that succeeds has its
 * rows on disk. For one thread.
 */
final class CacheWriter implements DataWriter<InternalRow> {

    private static final int MAX_ROWS = 4096;
    private static final long MAX_BYTES = 4L << 20;

    private final FeatureCache cache;
    private final StructType given;
    private @Nullable RowEncoder encoder;
    private long declined;

    /** What a task has done. */
    private record Done() implements WriterCommitMessage {}

    CacheWriter(FeatureCache cache, StructType given) {
        this.cache = cache;
        this.given = given;
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
    public WriterCommitMessage commit() {
        RowEncoder rows = encoder;
        if (rows != null && rows.rows() > 0) {
            put(rows);
        }
        FlushReport report = cache.flush();
        if (declined > 0 || !report.isComplete()) {
            throw new CacheIoException(
                    Problem.of(
                            cache.directory().toString(),
                            "all rows of the task on disk",
                            declined + " rows that were declined; " + report,
                            "see the log for the reason, such as a limit or a full disk; the retry"
                                    + " stores what is missing"));
        }
        return new Done();
    }

    @Override
    public void abort() {}

    @Override
    public void close() {
        cache.close();
    }
}
