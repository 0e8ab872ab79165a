package io.github.djlcachex.spark.internal;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

import java.util.Arrays;

/**
 * A CountScan answers {@code count(*)} from the snapshot alone.
 *
 * @param rows the number of rows
 * @param columns how often the query asks for it
 */
record CountScan(long rows, int columns) implements Scan, Batch {

    /** The one partition. */
    private record Count(long rows, int columns) implements InputPartition {}

    /** Makes the reader of the one row. */
    private record Factory() implements PartitionReaderFactory {
        @Override
        public PartitionReader<InternalRow> createReader(InputPartition partition) {
            Count count = (Count) partition;
            Object[] values = new Object[count.columns];
            Arrays.fill(values, count.rows);
            return new Reader(new GenericInternalRow(values));
        }
    }

    private static final class Reader implements PartitionReader<InternalRow> {
        private final InternalRow row;
        private boolean read;

        Reader(InternalRow row) {
            this.row = row;
        }

        @Override
        public boolean next() {
            boolean first = !read;
            read = true;
            return first;
        }

        @Override
        public InternalRow get() {
            return row;
        }

        @Override
        public void close() {}
    }

    @Override
    public StructType readSchema() {
        StructType schema = new StructType();
        for (int i = 0; i < columns; i++) {
            schema = schema.add("count_" + i, DataTypes.LongType, false);
        }
        return schema;
    }

    @Override
    public String description() {
        return "djlcachex count of rows, from the index";
    }

    @Override
    public Batch toBatch() {
        return this;
    }

    @Override
    public ColumnarSupportMode columnarSupportMode() {
        return ColumnarSupportMode.UNSUPPORTED;
    }

    @Override
    public InputPartition[] planInputPartitions() {
        return new InputPartition[] {new Count(rows, columns)};
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return new Factory();
    }
}
