package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.SnapshotPart;
import io.github.djlcachex.cache.SnapshotReader;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;

import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Iterator;
import java.util.List;

/** A PartsReader reads the parts of one task, one after the other. For one thread. */
final class PartsReader implements PartitionReader<ColumnarBatch> {

    private static final Logger logger = LoggerFactory.getLogger(PartsReader.class);

    private final SourceOptions options;
    private final List<SourceField> fields;
    private final Iterator<SnapshotPart> parts;
    private @Nullable OpenPart open;
    private long damagedBefore;

    /** A part that is being read. */
    private static final class OpenPart {
        final SnapshotPart part;
        final SnapshotReader reader;
        long delivered;

        OpenPart(SnapshotPart part, SnapshotReader reader) {
            this.part = part;
            this.reader = reader;
        }
    }

    PartsReader(SourceOptions options, List<SourceField> fields, List<SnapshotPart> parts) {
        this.options = options;
        this.fields = fields;
        this.parts = parts.iterator();
    }

    @Override
    public boolean next() {
        while (open != null || parts.hasNext()) {
            OpenPart present = open == null ? openNext() : open;
            open = present;
            if (present != null && nextOf(present)) {
                present.delivered += present.reader.rows().rows();
                return true;
            }
        }
        return false;
    }

    /** Null if the file is damaged as a whole. */
    private @Nullable OpenPart openNext() {
        SnapshotPart part = parts.next();
        try {
            return new OpenPart(part, options.raw() ? part.openStored() : part.open());
        } catch (CorruptFileException e) {
            skip(part, part.rows(), e);
            return null;
        }
    }

    private boolean nextOf(OpenPart present) {
        try {
            boolean more = present.reader.next();
            long damaged = present.reader.damagedRows();
            if (damaged > 0 && options.failOnDamage()) {
                throw damaged(present.part, damaged + " damaged rows", null);
            }
            if (!more) {
                endPart(present, damaged);
            }
            return more;
        } catch (CorruptFileException e) { // truncated while it was read
            endPart(present, 0);
            skip(present.part, present.part.rows() - present.delivered, e);
            return false;
        }
    }

    private void endPart(OpenPart present, long damaged) {
        present.reader.close();
        open = null;
        damagedBefore += damaged;
        if (damaged > 0) {
            logger.warn("{} damaged rows of {} are skipped", damaged, present.part.file());
        }
    }

    private void skip(SnapshotPart part, long rows, CorruptFileException cause) {
        if (options.failOnDamage()) {
            throw damaged(part, "a damaged file: " + cause.found(), cause);
        }
        damagedBefore += rows;
        logger.warn("{} is damaged, and its {} rows are skipped", part.file(), rows, cause);
    }

    private static CorruptFileException damaged(
            SnapshotPart part, String found, @Nullable Throwable cause) {
        return new CorruptFileException(
                Problem.of(
                        part.file().toString(),
                        "rows as they were written",
                        found,
                        "repair() the cache, or read with option onDamage=skip",
                        cause));
    }

    /** The batch is valid until the next one is read: its rows are in the reader's memory. */
    @Override
    public ColumnarBatch get() {
        OpenPart present = open;
        if (present == null) {
            throw new IllegalStateException("there is no batch");
        }
        Keys keys = present.reader.keys();
        RowBatch rows = present.reader.rows();
        ColumnVector[] vectors =
                fields.stream()
                        .map(field -> CacheVector.of(field, keys, rows, options.raw()))
                        .toArray(ColumnVector[]::new);
        return new ColumnarBatch(vectors, rows.rows());
    }

    @Override
    public CustomTaskMetric[] currentMetricsValues() {
        OpenPart present = open;
        long damaged = damagedBefore + (present == null ? 0 : present.reader.damagedRows());
        return new CustomTaskMetric[] {new MetricValue(DamagedRowsMetric.NAME, damaged)};
    }

    @Override
    public void close() {
        if (open != null) {
            open.reader.close();
        }
    }
}
