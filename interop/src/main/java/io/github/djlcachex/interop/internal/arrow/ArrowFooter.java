package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Refusals;

import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The messages of an Arrow file, by its footer.
 *
 * <p>The file could be read as the stream that it wraps, but not every writer keeps to that: Polars
 * writes the schema in front without its length.
 */
final class ArrowFooter implements ArrowMessages {

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int FILE_START = 8;
    private static final int TRAILER_BYTES = Integer.BYTES + 6;
    private static final int CONTINUATION = 0xFFFFFFFF;

    private final RegionFile file;
    private final Footer footer;
    private final long end;
    private int next;

    ArrowFooter(RegionFile file) throws IOException {
        this.file = file;
        this.end = start();
        this.footer = Footer.getRootAsFooter(file.read(end, file.size() - TRAILER_BYTES - end));
    }

    /** Tells whether a file has the magic word of Arrow files in front. */
    static boolean isFile(RegionFile file) throws IOException {
        return file.size() >= FILE_START && hasMagic(file.read(0, MAGIC.length));
    }

    private static boolean hasMagic(ByteBuffer bytes) {
        return bytes.equals(ByteBuffer.wrap(MAGIC));
    }

    private long start() throws IOException {
        if (file.size() >= FILE_START + TRAILER_BYTES) {
            ByteBuffer trailer = file.read(file.size() - TRAILER_BYTES, TRAILER_BYTES);
            int bytes = trailer.getInt();
            long start = file.size() - TRAILER_BYTES - bytes;
            if (hasMagic(trailer.slice()) && bytes > 0 && start >= FILE_START) {
                return start;
            }
        }
        throw Refusals.corrupt(
                file.path(),
                "an Arrow file with its footer",
                "none: it was not written to its end");
    }

    @Override
    public Schema schema() {
        return Objects.requireNonNull(footer.schema());
    }

    @Override
    public @Nullable ArrowMessage next() throws IOException {
        int dictionaries = footer.dictionariesLength();
        int number = next++;
        if (number < dictionaries) {
            return message(footer.dictionaries(number));
        }
        return number - dictionaries < footer.recordBatchesLength()
                ? message(footer.recordBatches(number - dictionaries))
                : null;
    }

    private ArrowMessage message(Block block) throws IOException {
        long bodyAt = block.offset() + block.metaDataLength();
        if (block.offset() < FILE_START
                || block.bodyLength() < 0
                || bodyAt > end
                || block.bodyLength() > end - bodyAt) {
            throw Refusals.corrupt(
                    file.path(),
                    "messages in front of the footer at " + end,
                    block.bodyLength() + " bytes at " + bodyAt);
        }
        ByteBuffer metadata = file.read(block.offset(), block.metaDataLength());
        if (metadata.getInt() == CONTINUATION) {
            metadata.getInt();
        }
        ByteBuffer message = metadata.slice().order(metadata.order());
        return ArrowMessage.of(file, message, bodyAt, block.bodyLength());
    }
}
