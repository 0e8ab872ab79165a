package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Refusals;

import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An ArrowBatch is one record batch: where its buffers are, of which parts are read. */
final class ArrowBatch {

    private final RegionFile file;
    private final ArrowMessage message;
    private final long rows;
    private final long[] lengths;
    private final long[] nulls;
    private final long[] offsets;
    private final long[] sizes;
    private final long[] views;

    ArrowBatch(RegionFile file, ArrowMessage message, RecordBatch batch) {
        this.file = file;
        this.message = message;
        this.rows = batch.length();
        if (batch.compression() != null) {
            throw Refusals.unsupported(
                    file.path(),
                    "record batches that are not compressed",
                    "compressed ones",
                    "write it with compression=\"uncompressed\", or as Parquet");
        }
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

    long bodyBytes() {
        return message.bodyBytes();
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

    /** Reads a part of a buffer. */
    ByteBuffer read(int buffer, long at, long bytes) throws IOException {
        long offset = offsets[buffer];
        if (at < 0
                || bytes < 0
                || bytes > sizes[buffer] - at
                || offset < 0
                || sizes[buffer] > message.bodyBytes() - offset) {
            throw Refusals.corrupt(
                    file.path(),
                    "buffers within the body of their batch",
                    "bytes " + at + " to " + (at + bytes) + " of a buffer of " + sizes[buffer]);
        }
        return file.read(message.bodyAt() + offset + at, bytes);
    }
}
