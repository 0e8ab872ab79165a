package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.SnapshotPart;

import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.StructType;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A CacheScan reads the parts of a snapshot, in partitions of about the same size. */
final class CacheScan implements SupportsReportStatistics, Batch {

    /** What the opening of a file costs beside its rows, in bytes that are read meanwhile. */
    private static final long OPENING_BYTES = 1L << 20;

    private final SourceOptions options;
    private final List<SourceField> fields;
    private final List<SnapshotPart> parts;
    private final long rows;
    private final IdFilter filter;
    private final long skippedFiles;

    CacheScan(
            SourceOptions options,
            List<SourceField> fields,
            CacheSnapshot snapshot,
            IdFilter filter,
            long skippedFiles) {
        this.options = options;
        this.fields = fields;
        this.parts = snapshot.parts();
        this.rows = snapshot.rows();
        this.filter = filter;
        this.skippedFiles = skippedFiles;
    }

    @Override
    public StructType readSchema() {
        return SourceField.structOf(fields);
    }

    @Override
    public String description() {
        return "djlcachex "
                + options.moduleId()
                + ", "
                + rows
                + " rows of "
                + parts.size()
                + " files"
                + (filter.isAny() ? "" : ", PushedFilters: " + filter);
    }

    @Override
    public Batch toBatch() {
        return this;
    }

    @Override
    public ColumnarSupportMode columnarSupportMode() {
        return ColumnarSupportMode.SUPPORTED;
    }

    @Override
    public CustomMetric[] supportedCustomMetrics() {
        return new CustomMetric[] {new DamagedRowsMetric(), new DamagedFilesMetric()};
    }

    @Override
    public CustomTaskMetric[] reportDriverMetrics() {
        return new CustomTaskMetric[] {new MetricValue(DamagedFilesMetric.NAME, skippedFiles)};
    }

    @Override
    public Statistics estimateStatistics() {
        long bytes = parts.stream().mapToLong(this::bytesOf).sum();
        return new Statistics() {
            @Override
            public OptionalLong sizeInBytes() {
                return OptionalLong.of(bytes);
            }

            @Override
            public OptionalLong numRows() {
                return OptionalLong.of(rows);
            }
        };
    }

    @Override
    public InputPartition[] planInputPartitions() {
        List<InputPartition> partitions = new ArrayList<>();
        List<SnapshotPart> group = new ArrayList<>();
        long bytes = 0;
        for (SnapshotPart part : parts) {
            if (!group.isEmpty() && bytes + bytesOf(part) > options.partitionBytes()) {
                partitions.add(new PartsPartition(List.copyOf(group)));
                group.clear();
                bytes = 0;
            }
            group.add(part);
            bytes += bytesOf(part);
        }
        if (!group.isEmpty()) {
            partitions.add(new PartsPartition(List.copyOf(group)));
        }
        return partitions.toArray(new InputPartition[0]);
    }

    /** Of a few rows of a file little is read. */
    private long bytesOf(SnapshotPart part) {
        return filter.isAny() ? part.bytes() : Math.min(part.bytes(), OPENING_BYTES);
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return new PartsReaderFactory(options, fields);
    }
}
