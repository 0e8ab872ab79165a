package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Refusals;

import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An ArrowBatch is one record batch: where its buffers are, of which parts are read. A buffer that
 * is compressed is decompressed as a whole, and stays in memory as long as the batch.
 */
final class ArrowBatch {

    private final RegionFile file;
    private final ArrowMessage message;
    private final BufferCodec codec;
    private final long rows;
    private final long[] lengths;
    private final long[] nulls;
    private final long[] offsets;
    private final long[] sizes;
    private final long[] views;
    private final long[] compressed;
    private final @Nullable ByteBuffer[] plain;
    private long decompressedBytes;

    ArrowBatch(RegionFile file, ArrowMessage message, RecordBatch batch) throws IOException {
        this.file = file;
        this.message = message;
        this.rows = batch.length();
        this.codec = BufferCodec.of(batch, file.path());
        this.lengths = new long[checked(batch.nodesLength())];
        this.nulls = new long[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            FieldNode node = batch.nodes(i);
            lengths[i] = node.length();
            nulls[i] = node.nullCount();
        }
        this.offsets = new long[checked(batch.buffersLength())];
        this.sizes = new long[offsets.length];
        for (int i = 0; i < offsets.length; i++) {
            Buffer buffer = batch.buffers(i);
            offsets[i] = buffer.offset();
            sizes[i] = buffer.length();
        }
        this.compressed = new long[offsets.length];
        this.plain = new ByteBuffer[offsets.length];
        if (codec != BufferCodec.NONE) {
            for (int i = 0; i < offsets.length; i++) {
                readPrefix(i);
            }
        }
        this.views = new long[checked(batch.variadicBufferCountsLength())];
        for (int i = 0; i < views.length; i++) {
            views[i] = batch.variadicBufferCounts(i);
        }
        if (rows < 0) {
            throw Refusals.corrupt(file.path(), "0 and more rows", Long.toString(rows));
        }
    }

    /** A list has more bytes than entries, and lies in the metadata. */
    private int checked(int entries) {
        int most = message.header().getByteBuffer().capacity();
        if (entries > most) {
            throw Refusals.corrupt(file.path(), "at most " + most + " entries", entries + "");
        }
        return entries;
    }

    RegionFile file() {
        return file;
    }

    long rows() {
        return rows;
    }

    /** The size of all buffers, without compression. */
    long plainBytes() {
        return codec == BufferCodec.NONE ? message.bodyBytes() : Arrays.stream(sizes).sum();
    }

    /** The number of values of a field. */
    long length(int node) {
        return lengths[node];
    }

    /** Tells whether a field says that it has no nulls. */
    boolean hasNoNulls(int node) {
        return nulls[node] == 0;
    }

    /** The number of buffers that the views of a field lead to. */
    int viewBuffers(int field) {
        long count = views[field];
        if (count < 0 || count > offsets.length) {
            throw new IndexOutOfBoundsException("views of " + count + " buffers");
        }
        return (int) count;
    }

    long size(int buffer) {
        return sizes[buffer];
    }

    /** Reads the size of a compressed buffer; one that is stored as it is starts behind it. */
    private void readPrefix(int buffer) throws IOException {
        if (sizes[buffer] == 0) {
            return;
        }
        checkPlace(buffer, 0, BufferCodec.PREFIX_BYTES);
        long at = message.bodyAt() + offsets[buffer];
        long size = file.read(at, BufferCodec.PREFIX_BYTES).getLong();
        offsets[buffer] += BufferCodec.PREFIX_BYTES;
        long compressed = sizes[buffer] - BufferCodec.PREFIX_BYTES;
        if (size == BufferCodec.STORED) {
            sizes[buffer] = compressed;
            return;
        }
        codec.checkSize(size, compressed, file.path());
        sizes[buffer] = size;
        // Read when it is asked for: the buffers of columns that are not chosen never are.
        this.compressed[buffer] = compressed;
    }

    /** Reads a part of a buffer. */
    ByteBuffer read(int buffer, long at, long bytes) throws IOException {
        ByteBuffer whole = plain[buffer];
        if (compressed[buffer] > 0 && whole == null) {
            decompressedBytes += sizes[buffer];
            BufferCodec.checkMemory(decompressedBytes, file.path());
            ByteBuffer read = file.read(message.bodyAt() + offsets[buffer], compressed[buffer]);
            whole = codec.decompress(read, Math.toIntExact(sizes[buffer]), file.path());
            plain[buffer] = whole;
        }
        if (whole == null) {
            checkPlace(buffer, at, bytes);
            return file.read(message.bodyAt() + offsets[buffer] + at, bytes);
        }
        checkPart(buffer, at, bytes);
        return whole.slice((int) at, (int) bytes).order(whole.order());
    }

    private void checkPlace(int buffer, long at, long bytes) {
        checkPart(buffer, at, bytes);
        long offset = offsets[buffer];
        if (offset < 0 || sizes[buffer] > message.bodyBytes() - offset) {
            throw outside(buffer, at, bytes);
        }
    }

    private void checkPart(int buffer, long at, long bytes) {
        if (at < 0 || bytes < 0 || bytes > sizes[buffer] - at) {
            throw outside(buffer, at, bytes);
        }
    }

    private RuntimeException outside(int buffer, long at, long bytes) {
        return Refusals.corrupt(
                file.path(),
                "buffers within the body of their batch",
                "bytes " + at + " to " + (at + bytes) + " of a buffer of " + sizes[buffer]);
    }
}
