package io.github.djlcachex.parquet;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.factory.DefaultV1ValuesWriterFactory;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Writes floats with all their bits, in the plain encoding: parquet's own writers make one NaN of
 * all NaNs, and a row would not come back as it was.
 */
final class RawFloats extends ValuesWriter {

    private final PlainValuesWriter plain;

    private RawFloats(ParquetProperties properties) {
        this.plain =
                new PlainValuesWriter(
                        properties.getInitialSlabSize(),
                        properties.getPageSizeThreshold(),
                        properties.getAllocator());
    }

    /**
     * Has a writer write floats so. Its builder hides the properties that take a factory, and has
     * fields of Hadoop's types, so that the one field is found by a lookup of its own; the version
     * of Parquet is pinned, and a test writes.
     */
    static void use(ParquetWriter.Builder<?, ?> builder) {
        Class<?> type = ParquetWriter.Builder.class;
        try {
            VarHandle properties =
                    MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                            .findVarHandle(
                                    type, "encodingPropsBuilder", ParquetProperties.Builder.class);
            ((ParquetProperties.Builder) properties.get(builder))
                    .withValuesWriterFactory(new Factory());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another version of parquet-hadoop than 1.17", e);
        }
    }

    private static final class Factory implements ValuesWriterFactory {

        private final ValuesWriterFactory others = new DefaultV1ValuesWriterFactory();
        private ParquetProperties properties;

        @SuppressWarnings("NullAway.Init") // parquet initializes it before it asks for a writer
        Factory() {}

        @Override
        public void initialize(ParquetProperties given) {
            properties = given;
            others.initialize(given);
        }

        @Override
        public ValuesWriter newValuesWriter(ColumnDescriptor column) {
            PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
            boolean isFloat = type == PrimitiveTypeName.FLOAT || type == PrimitiveTypeName.DOUBLE;
            return isFloat ? new RawFloats(properties) : others.newValuesWriter(column);
        }
    }

    @Override
    public void writeFloat(float value) {
        plain.writeInteger(Float.floatToRawIntBits(value));
    }

    @Override
    public void writeDouble(double value) {
        plain.writeLong(Double.doubleToRawLongBits(value));
    }

    @Override
    public long getBufferedSize() {
        return plain.getBufferedSize();
    }

    @Override
    public BytesInput getBytes() {
        return plain.getBytes();
    }

    @Override
    public Encoding getEncoding() {
        return plain.getEncoding();
    }

    @Override
    public void reset() {
        plain.reset();
    }

    @Override
    public void close() {
        plain.close();
    }

    @Override
    public long getAllocatedSize() {
        return plain.getAllocatedSize();
    }

    @Override
    public String memUsageString(String prefix) {
        return plain.memUsageString(prefix);
    }
}
