package io.github.djlcachex.internal.segment;

import com.google.flatbuffers.FlatBufferBuilder;

import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * The Arrow IPC metadata of a segment, encoded.
 *
 * <p>Written with arrow-format rather than arrow-java's file writer, which copies every row through
 * its own memory, writes full validity bitmaps, and needs JVM flags.
 */
final class ArrowMessages {

    private static final int CONTINUATION = 0xFFFFFFFF;

    private ArrowMessages() {}

    /** The schema message with its prefix, padded so that what follows it is aligned. */
    static ByteBuffer schemaMessage(Schema schema) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int header = schema.getSchema(builder);
        return framed(builder, MessageHeader.Schema, header, 0, LayoutV1.MAGIC_BYTES);
    }

    /** The record batch message with its prefix, padded; it starts at an aligned offset. */
    static ByteBuffer batchMessage(int rows, LayoutV1 layout) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        List<LayoutV1.Buffer> buffers = layout.buffers();
        RecordBatch.startBuffersVector(builder, buffers.size());
        for (int i = buffers.size() - 1; i >= 0; i--) {
            Buffer.createBuffer(builder, buffers.get(i).offset(), buffers.get(i).length());
        }
        int bufferVector = builder.endVector();
        List<LayoutV1.Node> nodes = layout.nodes();
        RecordBatch.startNodesVector(builder, nodes.size());
        for (int i = nodes.size() - 1; i >= 0; i--) {
            FieldNode.createFieldNode(builder, nodes.get(i).length(), 0);
        }
        int nodeVector = builder.endVector();
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rows);
        RecordBatch.addNodes(builder, nodeVector);
        RecordBatch.addBuffers(builder, bufferVector);
        int header = RecordBatch.endRecordBatch(builder);
        return framed(builder, MessageHeader.RecordBatch, header, layout.bodyBytes(), 0);
    }

    private static ByteBuffer framed(
            FlatBufferBuilder builder, byte headerType, int header, long bodyBytes, long offset) {
        Message.startMessage(builder);
        Message.addVersion(builder, MetadataVersion.V5);
        Message.addHeaderType(builder, headerType);
        Message.addHeader(builder, header);
        Message.addBodyLength(builder, bodyBytes);
        Message.finishMessageBuffer(builder, Message.endMessage(builder));
        ByteBuffer metadata = builder.dataBuffer();
        int framedBytes = (int) LayoutV1.messageBytes(offset, metadata.remaining());
        return ByteBuffer.allocate(framedBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(CONTINUATION)
                .putInt(framedBytes - LayoutV1.MESSAGE_PREFIX_BYTES)
                .put(metadata)
                .rewind();
    }

    static ByteBuffer endOfStream() {
        return ByteBuffer.allocate(LayoutV1.END_OF_STREAM_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(CONTINUATION)
                .putInt(0)
                .rewind();
    }

    static ByteBuffer footer(Schema schema, LayoutV1 layout, Map<String, String> metadata) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int schemaOffset = schema.getSchema(builder);
        int metadataVector =
                Footer.createCustomMetadataVector(
                        builder,
                        metadata.entrySet().stream()
                                .mapToInt(
                                        entry ->
                                                KeyValue.createKeyValue(
                                                        builder,
                                                        builder.createString(entry.getKey()),
                                                        builder.createString(entry.getValue())))
                                .toArray());
        Footer.startDictionariesVector(builder, 0);
        int dictionaries = builder.endVector();
        Footer.startRecordBatchesVector(builder, 1);
        Block.createBlock(
                builder, layout.batchOffset(), (int) layout.batchBytes(), layout.bodyBytes());
        int blocks = builder.endVector();
        builder.finish(
                Footer.createFooter(
                        builder,
                        MetadataVersion.V5,
                        schemaOffset,
                        dictionaries,
                        blocks,
                        metadataVector));
        ByteBuffer encoded = builder.dataBuffer();
        return ByteBuffer.allocate(encoded.remaining()).put(encoded).rewind();
    }
}
