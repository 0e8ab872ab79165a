package io.github.djlcachex.parquet;

import io.airlift.compress.Compressor;
import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** The codecs of pages, in Java alone: parquet's own ones are Hadoop's. */
final class Codecs implements CompressionCodecFactory {

    /** What is read. */
    static final Set<CompressionCodecName> NAMES =
            EnumSet.of(
                    CompressionCodecName.UNCOMPRESSED,
                    CompressionCodecName.SNAPPY,
                    CompressionCodecName.GZIP,
                    CompressionCodecName.ZSTD,
                    CompressionCodecName.LZ4_RAW);

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
        return new Compressing(
                name,
                switch (name) {
                    case SNAPPY -> new SnappyCompressor();
                    case ZSTD -> new ZstdCompressor();
                    case LZ4_RAW -> new Lz4Compressor();
                    default -> null;
                });
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
        return new Decompressing(name);
    }

    @Override
    public void release() {}

    private record Compressing(CompressionCodecName name, @Nullable Compressor codec)
            implements BytesInputCompressor {

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            if (codec == null) {
                return bytes;
            }
            byte[] plain = bytes.toInputStream().readAllBytes();
            byte[] compressed = new byte[codec.maxCompressedLength(plain.length)];
            int length = codec.compress(plain, 0, plain.length, compressed, 0, compressed.length);
            return BytesInput.from(compressed, 0, length);
        }

        @Override
        public CompressionCodecName getCodecName() {
            return name;
        }

        @Override
        public void release() {}
    }

    private record Decompressing(CompressionCodecName name) implements BytesInputDecompressor {

        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            return BytesInput.from(plain(bytes.toInputStream().readAllBytes(), size));
        }

        @Override
        public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int size)
                throws IOException {
            byte[] bytes = new byte[compressed];
            input.get(bytes);
            output.put(plain(bytes, size));
        }

        private byte[] plain(byte[] bytes, int size) throws IOException {
            return switch (name) {
                case UNCOMPRESSED -> bytes;
                case SNAPPY -> plain(new SnappyDecompressor(), bytes, size);
                case ZSTD -> plain(new ZstdDecompressor(), bytes, size);
                case LZ4_RAW -> plain(new Lz4Decompressor(), bytes, size);
                case GZIP -> unzipped(bytes, size);
                default -> throw new IOException("pages compressed by " + name + " are not read");
            };
        }

        private static byte[] plain(Decompressor codec, byte[] bytes, int size) {
            byte[] plain = new byte[size];
            int length = codec.decompress(bytes, 0, bytes.length, plain, 0, size);
            return length == size ? plain : Arrays.copyOf(plain, length);
        }

        private static byte[] unzipped(byte[] bytes, int size) throws IOException {
            try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                return input.readNBytes(size);
            }
        }

        @Override
        public void release() {}
    }
}
