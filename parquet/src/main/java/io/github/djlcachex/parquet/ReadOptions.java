package io.github.djlcachex.parquet;

import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetMetricsCallback;

import java.lang.reflect.Constructor;
import java.util.Map;

/**
 * The options of a reader. Their builder loads a class of Hadoop for its default filter, so that
 * the constructor is called by reflection; the version of Parquet is pinned, and a test reads.
 */
final class ReadOptions {

    private static final int MAX_ALLOCATION = 8 << 20;

    /** Holds pages against their checksums, where a file has some. */
    private static final boolean CHECKS_PAGES = true;

    private ReadOptions() {}

    static ParquetReadOptions of(CompressionCodecFactory codecs) {
        Class<?> on = boolean.class;
        try {
            Constructor<ParquetReadOptions> constructor =
                    ParquetReadOptions.class.getDeclaredConstructor(
                            on,
                            on,
                            on,
                            on,
                            on,
                            on,
                            on,
                            on,
                            on,
                            FilterCompat.Filter.class,
                            ParquetMetadataConverter.MetadataFilter.class,
                            CompressionCodecFactory.class,
                            ByteBufferAllocator.class,
                            int.class,
                            Map.class,
                            FileDecryptionProperties.class,
                            ParquetMetricsCallback.class,
                            ParquetConfiguration.class);
            constructor.setAccessible(true);
            return constructor.newInstance(
                    false,
                    false,
                    false,
                    false,
                    false,
                    CHECKS_PAGES,
                    false,
                    false,
                    false,
                    FilterCompat.NOOP,
                    ParquetMetadataConverter.NO_FILTER,
                    codecs,
                    new HeapByteBufferAllocator(),
                    MAX_ALLOCATION,
                    Map.of(),
                    null,
                    null,
                    new PlainParquetConfiguration());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another version of parquet-hadoop than 1.17", e);
        }
    }
}
