package io.github.djlcachex.parquet;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableWriter;

import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes rows, in row groups of 32 MiB; lists of one length are lists as all others. */
final class ParquetTableWriter implements TableWriter {

    private static final long ROW_GROUP_BYTES = 32L << 20;

    /** One row of a chunk. */
    private record Row(List<ColumnData> chunk, int number) {}

    private final ParquetWriter<Row> writer;
    private boolean isFinished;

    ParquetTableWriter(Path file, List<TableColumn> columns) throws IOException {
        this.writer =
                new Builder(new LocalOutputFile(file), columns)
                        .withConf(new PlainParquetConfiguration())
                        .withCodecFactory(new Codecs())
                        .withCompressionCodec(CompressionCodecName.SNAPPY)
                        .withRowGroupSize(ROW_GROUP_BYTES)
                        .build();
    }

    @Override
    public void write(List<ColumnData> rows) throws IOException {
        for (int row = 0; row < rows.get(0).rows(); row++) {
            writer.write(new Row(rows, row));
        }
    }

    @Override
    public void finish() throws IOException {
        isFinished = true;
        writer.close();
    }

    @Override
    public void close() throws IOException {
        if (!isFinished) {
            isFinished = true;
            writer.close();
        }
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {

        private final List<TableColumn> columns;

        Builder(OutputFile file, List<TableColumn> columns) {
            super(file);
            this.columns = columns;
            RawFloats.use(this);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // and never called
        protected WriteSupport<Row> getWriteSupport(Configuration hadoop) {
            return new Rows(columns);
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(columns);
        }
    }

    /** Hands rows over, value by value. */
    private static final class Rows extends WriteSupport<Row> {

        private final List<TableColumn> columns;
        private RecordConsumer consumer;

        @SuppressWarnings("NullAway.Init") // parquet prepares before it writes
        Rows(List<TableColumn> columns) {
            this.columns = columns;
        }

        @Override
        @SuppressWarnings("deprecation") // and never called
        public WriteContext init(Configuration hadoop) {
            return context();
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return context();
        }

        private WriteContext context() {
            return new WriteContext(ParquetTypes.message(columns), Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            consumer = recordConsumer;
        }

        @Override
        public void write(Row row) {
            consumer.startMessage();
            for (int c = 0; c < columns.size(); c++) {
                ColumnData data = row.chunk().get(c);
                String name = columns.get(c).name();
                consumer.startField(name, c);
                if (data.type().isBytes()) {
                    bytes(data, row.number());
                } else {
                    list(data, data.shape(row.number()), 0, data.start(row.number()));
                }
                consumer.endField(name, c);
            }
            consumer.endMessage();
        }

        private void bytes(ColumnData data, int row) {
            byte[] value = new byte[data.start(row + 1) - data.start(row)];
            data.values().get(data.start(row), value);
            consumer.addBinary(Binary.fromConstantByteArray(value));
        }

        /** Writes a list, or one element; returns the number of the element after it. */
        private int list(ColumnData data, int[] shape, int axis, int element) {
            if (axis == shape.length) {
                number(data, element);
                return element + 1;
            }
            int next = element;
            consumer.startGroup();
            if (shape[axis] > 0) {
                consumer.startField("list", 0);
                for (int i = 0; i < shape[axis]; i++) {
                    consumer.startGroup();
                    consumer.startField("element", 0);
                    next = list(data, shape, axis + 1, next);
                    consumer.endField("element", 0);
                    consumer.endGroup();
                }
                consumer.endField("list", 0);
            }
            consumer.endGroup();
            return next;
        }

        private void number(ColumnData data, int i) {
            var values = data.values();
            switch (data.type()) {
                case BOOLEAN -> consumer.addBoolean(values.get(i) != 0);
                case INT8 -> consumer.addInteger(values.get(i));
                case UINT8 -> consumer.addInteger(values.get(i) & 0xFF);
                case INT32 -> consumer.addInteger(values.getInt(i * Integer.BYTES));
                case INT64 -> consumer.addLong(values.getLong(i * Long.BYTES));
                case FLOAT32 -> consumer.addFloat(values.getFloat(i * Float.BYTES));
                case FLOAT64 -> consumer.addDouble(values.getDouble(i * Double.BYTES));
                case FLOAT16 -> {
                    byte[] half = {values.get(2 * i), values.get(2 * i + 1)};
                    consumer.addBinary(Binary.fromConstantByteArray(half));
                }
                default -> throw new IllegalArgumentException("no row has " + data.type());
            }
        }
    }
}
