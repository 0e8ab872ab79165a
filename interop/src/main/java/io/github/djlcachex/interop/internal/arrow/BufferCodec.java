package io.github.djlcachex.interop.internal.arrow;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdDecompressor;
import io.github.djlcachex.interop.internal.table.Refusals;

import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A BufferCodec is how each buffer of a record batch is compressed: behind eight bytes that are its
 * size without compression, or -1 if it has none. See Arrow's Columnar.rst, "Compression".
 */
enum BufferCodec {
    /** Buffers as they are, without a size in front. */
    NONE(0),
    /** LZ4's frames, as pandas writes Feather files. */
    LZ4_FRAME(256),
    /** Zstandard. */
    ZSTD(1 << 16);

    /** The size in front of a compressed buffer. */
    static final int PREFIX_BYTES = Long.BYTES;

    /** The size in front of a buffer that is not compressed among others that are. */
    static final long STORED = -1;

    private static final long SLACK_BYTES = 1 << 18;
    private static final long MAX_BYTES = 1L << 30;

    /** What a byte becomes at most, in the codec's best case. */
    private final long expansion;

    BufferCodec(long expansion) {
        this.expansion = expansion;
    }

    /** Returns the codec of a record batch. */
    static BufferCodec of(RecordBatch batch, Path file) {
        BodyCompression compression = batch.compression();
        if (compression == null) {
            return NONE;
        }
        boolean isByBuffer = compression.method() == BodyCompressionMethod.BUFFER;
        if (isByBuffer && compression.codec() == CompressionType.LZ4_FRAME) {
            return LZ4_FRAME;
        }
        if (isByBuffer && compression.codec() == CompressionType.ZSTD) {
            return ZSTD;
        }
        throw Refusals.unsupported(
                file,
                "record batches compressed by LZ4 or ZSTD",
                "codec " + compression.codec() + " of method " + compression.method(),
                "write it with compression=\"lz4\"");
    }

    /** Refuses a size that so many bytes cannot become: memory is taken by it. */
    void checkSize(long bytes, long compressed, Path file) {
        if (bytes < 0 || compressed == 0 || bytes > compressed * expansion + SLACK_BYTES) {
            throw Refusals.corrupt(file, "sizes of buffers without compression", bytes + "");
        }
    }

    /** Refuses a batch whose chosen buffers, which are in memory together, are too large. */
    static void checkMemory(long bytes, Path file) {
        long most = Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / 2);
        if (bytes > most) {
            throw Refusals.unsupported(
                    file,
                    "compressed record batches of at most " + most + " bytes",
                    bytes + " bytes",
                    "write smaller record batches, or have a larger heap");
        }
    }

    /** Decompresses a buffer, without its prefix. */
    ByteBuffer decompress(ByteBuffer compressed, int bytes, Path file) throws IOException {
        byte[] input = new byte[compressed.remaining()];
        compressed.get(input);
        byte[] plain = new byte[bytes];
        int length;
        try {
            length = this == ZSTD ? zstd(input, plain) : lz4(input, plain);
        } catch (MalformedInputException | IOException e) {
            throw Refusals.corrupt(file, "buffers compressed by " + this, e);
        }
        if (length != bytes) {
            throw Refusals.corrupt(file, "a buffer of " + bytes + " bytes", "another size");
        }
        return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int zstd(byte[] input, byte[] plain) {
        return new ZstdDecompressor().decompress(input, 0, input.length, plain, 0, plain.length);
    }

    /** Returns the number of bytes, or one more if there are more than expected. */
    private static int lz4(byte[] input, byte[] plain) throws IOException {
        try (var frames = new FramedLZ4CompressorInputStream(new ByteArrayInputStream(input))) {
            int length = frames.readNBytes(plain, 0, plain.length);
            return frames.read() < 0 ? length : length + 1;
        }
    }
}
