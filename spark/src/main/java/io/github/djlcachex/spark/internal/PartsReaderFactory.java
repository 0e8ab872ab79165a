package io.github.djlcachex.spark.internal;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.vectorized.ColumnarBatch;

import java.util.List;

/**
 * Makes the readers of a scan, in the executors.
 *
 * @param options the options
 * @param fields the columns that the query needs, a serializable list
 */
record PartsReaderFactory(SourceOptions options, List<SourceField> fields)
        implements PartitionReaderFactory {

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
        throw new UnsupportedOperationException("rows come in batches");
    }

    @Override
    public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
        return new PartsReader(options, fields, ((PartsPartition) partition).parts());
    }

    @Override
    public boolean supportColumnarReads(InputPartition partition) {
        return true;
    }
}
