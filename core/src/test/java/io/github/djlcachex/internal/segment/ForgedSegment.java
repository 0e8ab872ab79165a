package io.github.djlcachex.internal.segment;

import com.google.flatbuffers.FlatBufferBuilder;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.KeyType;

import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A segment file whose every number and text is a forger's, with right checksums all the same.
 *
 * <p>It begins as a right one of some rows of zeros. The row checksums are zeros too.
 */
final class ForgedSegment {

    final SegmentName name;
    final Map<String, String> facts;
    List<LayoutV1.Buffer> buffers;
    List<LayoutV1.Node> nodes;
    List<org.apache.arrow.vector.types.pojo.Field> fields;
    String contract;
    long batchRows;
    long declaredBodyBytes;
    int sealedRows;
    long sealedKeyBytes;
    long nullCount;
    boolean compressed;
    int blocks = 1;
    long blockOffset = -1;

    /** How often the texts of the contract and of the facts' strangers are named. */
    int repeatedEntries;

    int repeatedTextBytes;

    private final KeyType keyType;
    private final int realRows;
    private final int bodyBytes;
    private final byte[] boundaries;
    private final byte[] keys;

    ForgedSegment(SegmentName name, Contract honest, int rows, byte[] boundaries, byte[] keys) {
        this.name = name;
        this.keyType = honest.keyType();
        this.realRows = rows;
        this.boundaries = boundaries.clone();
        this.keys = keys.clone();
        LayoutV1 layout =
                new LayoutV1(honest, rows, keys.length, 64, 64, new long[honest.columns()]);
        buffers = new ArrayList<>(layout.buffers());
        nodes = new ArrayList<>(layout.nodes());
        fields = new ArrayList<>(ArrowSchema.of(honest).getFields());
        contract = ContractJson.encode(honest);
        facts = new LinkedHashMap<>(new FooterFacts(name, rows, 1).encode());
        batchRows = rows;
        bodyBytes = (int) layout.bodyBytes();
        declaredBodyBytes = bodyBytes;
        sealedRows = rows;
        sealedKeyBytes = keys.length;
    }

    byte[] encode() {
        ByteBuffer schema = schemaMessage();
        ByteBuffer batch = batchMessage();
        ByteBuffer front =
                concat(SegmentHeader.magic(), schema.duplicate(), batch.duplicate()).rewind();
        ByteBuffer body = ByteBuffer.allocate(bodyBytes - Seal.BYTES);
        boolean strings = keyType == KeyType.UTF8;
        int keysAt = strings ? ((realRows + 1) * Integer.BYTES + 63) >> 6 << 6 : 0;
        body.put(0, boundaries);
        body.put(keysAt, keys);
        ByteBuffer footer = footer(front.remaining() - batch.remaining(), batch.remaining());
        ByteBuffer end =
                concat(
                        ByteBuffer.allocate(Seal.BYTES),
                        ArrowMessages.endOfStream(),
                        footer,
                        SegmentHeader.tail(footer.remaining()));
        Seal seal =
                new Seal(
                        sealedRows,
                        sealedKeyBytes,
                        schema.remaining(),
                        batch.remaining(),
                        footer.remaining(),
                        SegmentHeader.metadataCrc(front, end),
                        Crc32c.of(ByteBuffer.wrap(boundaries), ByteBuffer.wrap(keys)));
        end.put(0, seal.encode(), 0, Seal.BYTES);
        return concat(front, body, end).array();
    }

    private ByteBuffer schemaMessage() {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int[] offsets = fields.stream().mapToInt(field -> field.getField(builder)).toArray();
        int vector = Schema.createFieldsVector(builder, offsets);
        int metadata =
                Schema.createCustomMetadataVector(
                        builder, entries(builder, Map.of(ArrowSchema.CONTRACT_KEY, contract)));
        Schema.startSchema(builder);
        Schema.addFields(builder, vector);
        Schema.addCustomMetadata(builder, metadata);
        int schema = Schema.endSchema(builder);
        return framed(builder, MessageHeader.Schema, schema, 0, LayoutV1.MAGIC_BYTES);
    }

    /** Strangers first, each with one and the same long text, then the entries themselves. */
    private int[] entries(FlatBufferBuilder builder, Map<String, String> last) {
        List<Integer> entries = new ArrayList<>();
        if (repeatedEntries > 0) {
            int text = builder.createString("x".repeat(repeatedTextBytes));
            for (int i = 0; i < repeatedEntries; i++) {
                entries.add(KeyValue.createKeyValue(builder, builder.createString("k" + i), text));
                entries.add(KeyValue.createKeyValue(builder, text, text));
            }
        }
        last.forEach(
                (key, value) ->
                        entries.add(
                                KeyValue.createKeyValue(
                                        builder,
                                        builder.createString(key),
                                        builder.createString(value))));
        return entries.stream().mapToInt(entry -> entry).toArray();
    }

    private ByteBuffer batchMessage() {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        RecordBatch.startBuffersVector(builder, buffers.size());
        for (int i = buffers.size() - 1; i >= 0; i--) {
            Buffer.createBuffer(builder, buffers.get(i).offset(), buffers.get(i).length());
        }
        int bufferVector = builder.endVector();
        RecordBatch.startNodesVector(builder, nodes.size());
        for (int i = nodes.size() - 1; i >= 0; i--) {
            FieldNode.createFieldNode(builder, nodes.get(i).length(), nullCount);
        }
        int nodeVector = builder.endVector();
        int compression =
                compressed
                        ? BodyCompression.createBodyCompression(
                                builder, (byte) 0, BodyCompressionMethod.BUFFER)
                        : 0;
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, batchRows);
        RecordBatch.addNodes(builder, nodeVector);
        RecordBatch.addBuffers(builder, bufferVector);
        if (compressed) {
            RecordBatch.addCompression(builder, compression);
        }
        int batch = RecordBatch.endRecordBatch(builder);
        return framed(builder, MessageHeader.RecordBatch, batch, declaredBodyBytes, 0);
    }

    private static ByteBuffer framed(
            FlatBufferBuilder builder, byte type, int header, long bodyBytes, long offset) {
        Message.startMessage(builder);
        Message.addVersion(builder, MetadataVersion.V5);
        Message.addHeaderType(builder, type);
        Message.addHeader(builder, header);
        Message.addBodyLength(builder, bodyBytes);
        Message.finishMessageBuffer(builder, Message.endMessage(builder));
        ByteBuffer metadata = builder.dataBuffer();
        int bytes = (int) LayoutV1.messageBytes(offset, metadata.remaining());
        return ByteBuffer.allocate(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1)
                .putInt(bytes - LayoutV1.MESSAGE_PREFIX_BYTES)
                .put(metadata)
                .rewind();
    }

    private ByteBuffer footer(int batchOffset, int batchBytes) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int metadata = Footer.createCustomMetadataVector(builder, entries(builder, facts));
        Footer.startRecordBatchesVector(builder, blocks);
        for (int i = 0; i < blocks; i++) {
            long offset = blockOffset < 0 ? batchOffset : blockOffset;
            Block.createBlock(builder, offset, batchBytes, declaredBodyBytes);
        }
        int blockVector = builder.endVector();
        builder.finish(
                Footer.createFooter(builder, MetadataVersion.V5, 0, 0, blockVector, metadata));
        return builder.dataBuffer().slice();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer concat(ByteBuffer... parts) {
        int bytes = 0;
        for (ByteBuffer part : parts) {
            bytes += part.remaining();
        }
        ByteBuffer whole = ByteBuffer.allocate(bytes);
        for (ByteBuffer part : parts) {
            whole.put(part.duplicate());
        }
        return whole.rewind();
    }
}
